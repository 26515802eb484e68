"""Widgets that the screens share: text, lists, forms, dialogs, pictures, and the lines at top and bottom."""
