"""Codes of other issuers (EU health certificates, claim 169), which a city enables in the setting `foreign_codes`."""
