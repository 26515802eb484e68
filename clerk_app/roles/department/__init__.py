"""Service of the department screen."""
