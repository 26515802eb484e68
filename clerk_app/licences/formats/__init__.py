"""Code formats: one module for each format; the table of all formats is `clerk_app/licences/code_formats.py`."""
