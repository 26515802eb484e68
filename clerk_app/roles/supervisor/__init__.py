"""Service of the supervisor screen."""
