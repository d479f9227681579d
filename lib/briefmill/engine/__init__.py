"""Cells run in forked children, through papermill."""

INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel gives matplotlib to draw with
