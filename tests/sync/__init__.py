"""The window's side of the line."""
