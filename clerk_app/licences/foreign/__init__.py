"""Codes of other issuers (EU health certificates, claim 169), which a city switches on by `foreign_codes`."""
