"""The code that ends the program of one kiosk. Its hash is a file of the kiosk's folder, readable by its user only."""

from __future__ import annotations

import secrets
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.people.pins import hash_pin, matches_hash
from db.files import replace_file

EXIT_CODE_FILE = "kiosk-code"
_DIGITS = 8


def create_exit_code(folder: Path) -> str:
    """Create a new code for the kiosk in this folder and return it; only its hash is stored. Raises OSError."""
    code = "".join(secrets.choice("0123456789") for _digit in range(_DIGITS))
    replace_file(folder / EXIT_CODE_FILE, f"{hash_pin(code)}\n".encode("ascii"), private=True)
    return code


def has_exit_code(folder: Path) -> bool:
    """Return whether the kiosk in this folder has a code."""
    return (folder / EXIT_CODE_FILE).exists()


def is_exit_code(folder: Path, code: str) -> bool:
    """Return whether this is the code of the kiosk. Raises BadData if the kiosk has none."""
    try:
        stored = (folder / EXIT_CODE_FILE).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(
            "This kiosk has no code that ends its program. An administrator sets one: clerk window kiosk-code"
        ) from error
    return matches_hash(stored, code.strip())
