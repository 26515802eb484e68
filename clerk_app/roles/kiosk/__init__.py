"""Service of the kiosk screen."""
