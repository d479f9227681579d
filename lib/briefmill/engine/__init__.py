"""Cells run in forked children, through papermill."""

#: The extension of IPython by which figures of one's own are set in the house's style.
HOUSE_STYLE = "briefmill.house"
INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel gives matplotlib to draw with
