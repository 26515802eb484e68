"""Code formats: one module a format, put together in `table.py`."""
