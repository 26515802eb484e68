"""COSE_Sign1 with the examples of the COSE working group."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from clerk_app.licences.crypto.cbor import CborError
from clerk_app.licences.crypto.cose import EDDSA, ES256, CoseError, PublicKey, is_signed_by, read_sign1

# What the suite calls genuine and we do not: only these, each for its reason.
REFUSED_ON_PURPOSE = {
    "sign1-tests/sign-pass-01.json": "the algorithm stands only where nobody signed it",
    "ecdsa-examples/ecdsa-sig-02.json": "ES384 is not in our table",
    "ecdsa-examples/ecdsa-sig-03.json": "ES512 is not in our table",
    "ecdsa-examples/ecdsa-sig-04.json": "ES512 over a P-256 key",
    "eddsa-examples/eddsa-sig-02.json": "Ed448 is not in our table",
    **{f"ecdsa-examples/ecdsa-0{n}.json": "COSE_Sign with several signers" for n in (1, 2, 3, 4)},
    **{f"eddsa-examples/eddsa-0{n}.json": "COSE_Sign with several signers" for n in (1, 2)},
}


def _bytes(key: dict[str, str], name: str) -> bytes:
    if f"{name}_hex" in key:
        return bytes.fromhex(key[f"{name}_hex"])
    return base64.urlsafe_b64decode(key[name] + "=" * (-len(key[name]) % 4))


def _genuine(vector: dict[str, Any]) -> bool:
    signer = vector["input"].get("sign0") or vector["input"]["sign"]["signers"][0]
    key = signer["key"]
    if key["kty"] == "OKP":
        public = PublicKey(b"11", EDDSA, _bytes(key, "x"))
    else:
        public = PublicKey(b"11", ES256, b"\x04" + _bytes(key, "x") + _bytes(key, "y"))
    try:
        message = read_sign1(bytes.fromhex(vector["output"]["cbor"]))
    except (CborError, CoseError):
        return False
    try:
        return is_signed_by(message, public, bytes.fromhex(signer.get("external", "")))
    except ValueError:
        return False  # a key of another curve


def test_every_published_example_is_verified_or_rejected_as_expected(third_party: Path) -> None:
    files = sorted((third_party / "cose").glob("*/*.json"))
    assert files
    for file in files:
        vector = json.loads(file.read_text("utf-8"))
        name = f"{file.parent.name}/{file.name}"
        expected = not vector.get("fail", False) and name not in REFUSED_ON_PURPOSE
        assert _genuine(vector) == expected, (name, vector["title"])


def test_a_signature_is_valid_only_with_its_external_data(third_party: Path) -> None:
    vector = json.loads((third_party / "cose" / "sign1-tests" / "sign-pass-02.json").read_text("utf-8"))
    assert _genuine(vector)
    vector["input"]["sign0"]["external"] = "00"
    assert not _genuine(vector)


@pytest.mark.parametrize(
    "hexed",
    [
        "80",
        "8440a04040" + "00",
        "d28340a040",
        "d28440a0f640",
        "d28441a1a04040",
        "d23d00",
        "d83d8440a04040",
        "d2d28440a04040",
    ],
)
def test_other_structures_than_sign1_raise(hexed: str) -> None:
    with pytest.raises((CborError, CoseError)):
        read_sign1(bytes.fromhex(hexed))
