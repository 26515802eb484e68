"""Numbers with a check character: resident identity number, unified social credit code, licence identifier.

A valid check character excludes most typing errors; it proves nothing about the holder.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from clerk_app.errors import BadData
from clerk_app.text.check_characters import compute_mod_37_36, is_valid_credit_code
from clerk_app.text.identity_documents import normalize_id_number

LICENCE_ROOT = "1.2.156.3005.2"  # the arc of GB/T 36904
_ID_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")
# Observed lengths: issuers also as a 6-digit region, serials of 9 to 32 characters.
_LICENCE_NUMBER = re.compile(
    r"1\.2\.156\.3005\.2"
    r"\.(?P<type>[0-9A-Z]{6,32})\.(?P<issuer>[0-9A-Z]{6,18})\.(?P<serial>[0-9A-Z]{1,40})"
    r"\.(?P<version>[0-9]{3})\.(?P<check>[0-9A-Z])"
)


class LicenceNumber(msgspec.Struct, frozen=True):
    """An identifier by GB/T 36904: type, issuer, serial and version."""

    type_code: str
    issuer: str
    serial: str
    version: int

    @property
    def dotted(self) -> str:
        """The arc and the four parts, without check character."""
        return f"{LICENCE_ROOT}.{self.type_code}.{self.issuer}.{self.serial}.{self.version:03d}"

    def __str__(self) -> str:
        """The dotted form with its check character (ISO 7064 MOD 37,36 over all four parts without dots)."""
        body = self.dotted.removeprefix(LICENCE_ROOT).replace(".", "")
        return f"{self.dotted}.{compute_mod_37_36(body)}"


def build_licence_number(type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """Build the dotted licence identifier with its check character. Raises ValueError for invalid parts."""
    number = LicenceNumber(type_code, issuer, serial, version)
    if not _LICENCE_NUMBER.fullmatch(f"{number.dotted}.0"):
        raise ValueError(f"no licence number: {number.dotted}")
    return str(number)


def read_licence_number(text: str) -> LicenceNumber | None:
    """Read an identifier by GB/T 36904; None if its form or its check character is wrong."""
    match = _LICENCE_NUMBER.fullmatch(text)
    if not match:
        return None
    body = text.removeprefix(LICENCE_ROOT).replace(".", "")
    if compute_mod_37_36(body[:-1]) != body[-1]:
        return None
    return LicenceNumber(match["type"], match["issuer"], match["serial"], int(match["version"]))


def is_id_number(text: str, today: date | None = None) -> bool:
    """Whether `text` is an 18-character identity number (GB 11643): check character and a possible date of birth.

    The district code is not checked, because numbers keep withdrawn codes. 15-digit numbers are no longer valid.
    """
    if not _ID_NUMBER.fullmatch(text):
        return False
    try:
        normalize_id_number(text, today)
    except BadData:
        return False
    return True


def is_credit_code(text: str) -> bool:
    """Whether `text` is a unified social credit code (GB 32100) with a valid check character."""
    return bool(_CREDIT_CODE.fullmatch(text)) and is_valid_credit_code(text)
