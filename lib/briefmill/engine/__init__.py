"""Cells run in forked children, through papermill."""

#: The extension of IPython by which figures of one's own are set in the house's style.
HOUSE_STYLE = "briefmill.house"
INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel gives matplotlib to draw with
#: Set in the processes of jobs, where nobody looks at a block: none is drawn as HTML there.
UNSEEN_VARIABLE = "BRIEFMILL_UNSEEN"
