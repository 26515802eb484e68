"""Files encrypted to recipients with age (C2SP age), by the package `pyrage` of the extra `encryption`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from clerk_app.errors import BadData
from clerk_app.locales import mark
from db.files import open_private, part_path, publish_file

MIN_RECIPIENTS = 2  # the city and the escrow: the loss of one identity must not be the loss of the data


class _NullWriter:
    """Takes bytes and keeps none."""

    def write(self, data: bytes) -> int:
        """Return the number of bytes."""
        return len(data)

    def flush(self) -> None:
        """Do nothing."""


def parse_recipients(texts: Sequence[str]) -> list[Any]:
    """Return the recipients (age1...). Raises BadData if one is not a recipient, or there are fewer than two."""
    age = _load_library()
    if len(set(texts)) < MIN_RECIPIENTS:
        raise BadData("Name two recipients, such as the city and the escrow: --recipient age1... --recipient age1...")
    try:
        return [age.x25519.Recipient.from_str(text) for text in dict.fromkeys(texts)]
    except age.RecipientError as error:
        raise BadData("One of the recipients is not an age recipient (age1...).") from error


def read_identities(path: Path) -> list[Any]:
    """Return the identities in a file of age-keygen. Raises BadData."""
    age = _load_library()
    try:
        lines = [line.strip() for line in path.read_text("ascii").splitlines()]
        identities = [age.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, age.IdentityError) as error:
        raise BadData("The file {path} has no age identity.", path=path) from error
    if not identities:
        raise BadData("The file {path} has no age identity.", path=path)
    return identities


def encrypt_to_file(path: Path, recipients: Sequence[Any], write: Callable[[IO[bytes]], None]) -> None:
    """Create an encrypted file with what `write` writes; no plain text reaches the disk. Raises BadData, OSError."""
    age = _load_library()
    part = part_path(path)
    try:
        with open_private(part, "wb") as out:
            _run_with_pipe(write, lambda reader: age.encrypt_io(reader, out, list(recipients)))
        publish_file(part, path)
    finally:
        part.unlink(missing_ok=True)


def decrypt_file(path: Path, identities: Sequence[Any], read: Callable[[IO[bytes]], None]) -> None:
    """Decrypt a file for `read`, after the whole file was verified: of a cut or altered file nothing is read.

    Raises BadData, OSError.
    """
    age = _load_library()
    with path.open("rb") as source:
        try:
            age.decrypt_io(source, _NullWriter(), list(identities))
        except (age.DecryptError, OSError) as error:  # the library raises OSError for a wrong part
            sentence = mark("{path} cannot be decrypted: it was cut or altered, or it is for other recipients.")
            raise BadData(sentence, path=path) from error
        source.seek(0)
        _run_with_pipe(lambda writer: age.decrypt_io(source, writer, list(identities)), read)


def _run_with_pipe(write: Callable[[IO[bytes]], None], read: Callable[[IO[bytes]], object]) -> None:
    """Run both at once, `write` in a thread; raise the error of `write` first."""
    read_end, write_end = os.pipe()
    errors: list[BaseException] = []

    def run_writer() -> None:
        try:
            with os.fdopen(write_end, "wb") as writer:
                write(writer)
        except BrokenPipeError:  # the reader has failed, and its error is raised
            pass
        except BaseException as error:  # raised by the caller
            errors.append(error)

    thread = threading.Thread(target=run_writer, name="age")
    with os.fdopen(read_end, "rb") as reader:
        thread.start()
        try:
            read(reader)
        except BaseException as error:
            errors.append(error)
    thread.join()
    if errors:
        raise errors[0]


def _load_library() -> Any:
    try:
        import pyrage
    except ImportError as error:
        raise BadData(
            "Encrypted files need the packages of the extra `encryption`: pip install 'clerk[encryption]'"
        ) from error
    return pyrage
