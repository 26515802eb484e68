"""Codes of appointments: of a code only its digest is stored."""

from __future__ import annotations

from hashlib import sha256

from clerk_app.text.cleaning import clean_code


def digest_appointment_code(hall: str, code: str) -> str:
    """Return the digest of a code as a person types or scans it. Raises BadData for control characters."""
    return sha256(f"appointment {hall} {clean_code(code)}".encode()).hexdigest()
