"""Cells run in forked children, through papermill."""
