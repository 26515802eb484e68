"""Code formats: one module a format, put together in `clerk_app/licences/code_formats.py`."""
