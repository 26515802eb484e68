"""Screens of the self-service kiosk."""
