"""Service of the reception screen."""
