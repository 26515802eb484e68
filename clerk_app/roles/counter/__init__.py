"""Service of the counter screen."""
