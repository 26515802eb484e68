"""Key files and signatures of machines."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from clerk_app.errors import BadData
from clerk_app.ledger.machine_keys import (
    PublicKey,
    SigningKey,
    machine_key_path,
    read_or_create_signing_key,
    read_signing_key,
)


def test_a_key_file_is_created_once_and_is_private(tmp_path: Path) -> None:
    path = machine_key_path(tmp_path)
    assert read_signing_key(path) is None
    created = read_or_create_signing_key(path)
    assert read_or_create_signing_key(path).public == created.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_key_file_that_others_can_read_or_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = machine_key_path(tmp_path)
    read_or_create_signing_key(path)
    path.chmod(0o640)
    with pytest.raises(BadData):
        read_signing_key(path)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(BadData):
        read_signing_key(path)


def test_a_signature_is_verified_by_its_key_and_data_only() -> None:
    key, other = SigningKey.generate(), SigningKey.generate()
    signature = key.sign(b"data")
    assert PublicKey.parse(key.public.text).verifies(signature, b"data")
    assert not key.public.verifies(signature, b"Data")
    assert not other.public.verifies(signature, b"data")
    assert not key.public.verifies(signature[:-1], b"data")
    assert not PublicKey(bytes(32)).verifies(bytes(64), b"data")
    assert key.public.fingerprint != other.public.fingerprint
    assert repr(key) == f"SigningKey({key.public.fingerprint})"


@pytest.mark.parametrize("text", ["", "x", "A" * 42, "A" * 44, "+" * 43, "é" * 43, "A" * 42 + "B"])
def test_text_that_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(BadData):
        PublicKey.parse(text)


def test_openssl_reads_a_key_file(tmp_path: Path) -> None:
    key = read_or_create_signing_key(machine_key_path(tmp_path))
    command = ["openssl", "pkey", "-in", str(machine_key_path(tmp_path)), "-pubout", "-outform", "DER"]
    assert subprocess.run(command, check=True, capture_output=True).stdout.endswith(key.public.raw)


def test_a_key_of_small_order_verifies_nothing() -> None:
    identity = b"\x01" + bytes(31)  # R and key are the neutral point, S is 0: valid for every message by the equation
    assert not PublicKey(identity).verifies(identity + bytes(32), b"any entry")
