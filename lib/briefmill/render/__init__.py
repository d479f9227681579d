"""Executed notebook to PDF and HTML: the only importer of nbconvert and typst.

``composition.compose(notebook)`` reads the blocks a notebook shows into one typed document; ``typst.compile_pdf`` sets it as
a PDF, ``html.compile_html`` as one HTML file; the exporters offer both to nbconvert. nbconvert and papermill import every
registered plugin, so this package imports nothing by itself.
"""
