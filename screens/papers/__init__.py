"""Screens for papers that were handed in."""
