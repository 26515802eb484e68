"""Codes of other issuers that a city may accept."""
