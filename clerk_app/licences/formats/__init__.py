"""Formats of codes that can be scanned."""
