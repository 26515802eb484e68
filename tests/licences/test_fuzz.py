"""Any text gives a verdict: never an exception, never a wrong green."""

from __future__ import annotations

import zlib

import base45
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.licences.code_verification import Result
from clerk_app.licences.crypto.cbor import encode
from tests.licences.issuing_city import IssuingCity, unpack_code

CITY = IssuingCity()
GOOD = CITY.licence_code()
SIGNED = unpack_code(GOOD)
CWT_TAG = b"\xd8\x3d"  # allowed around a licence (RFC 8392 6)
TRUST, STATUS = CITY.trust_list(), CITY.status_lists()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=20) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(-70000, 70000), inner, max_size=4),
    max_leaves=10,
)
CLAIMS = st.sampled_from([1, 4, 5, 6, 7, 65535, -65537])


def result(text: str) -> Result:
    verdict = CITY.verify(text, TRUST, STATUS)
    assert all(verdict.sentences())
    assert (verdict.claims is None) == (verdict.result is Result.RED)
    return verdict.result


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_a_changed_byte_of_a_signed_code_is_rejected(at: int, change: int) -> None:
    corrupted = bytearray(SIGNED)
    corrupted[at] ^= change
    assert result("EL1:" + base45.b45encode(bytes(corrupted)).decode()) is Result.RED


@given(st.integers(0, len(SIGNED)), st.integers(0, 20), st.binary(max_size=20))
def test_removed_and_inserted_bytes_are_rejected(at: int, cut: int, put: bytes) -> None:
    corrupted = SIGNED[:at] + put + SIGNED[at + cut :]
    if corrupted.removeprefix(CWT_TAG) != SIGNED:
        assert result("EL1:" + base45.b45encode(corrupted).decode()) is Result.RED
        assert result("EL1:" + base45.b45encode(zlib.compress(corrupted)).decode()) is Result.RED


@given(st.integers(4, len(GOOD) - 1), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:a张"))
def test_a_changed_character_is_rejected_or_unpacks_to_the_same_code(at: int, character: str) -> None:
    corrupted = GOOD[:at] + character + GOOD[at + 1 :]
    if result(corrupted) is not Result.RED:
        assert unpack_code(corrupted).removeprefix(CWT_TAG) == SIGNED


@given(st.text(max_size=300))
def test_any_text_is_rejected(text: str) -> None:
    assert result(text) is Result.RED
    assert result("EL1:" + text) is Result.RED


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=300))
def test_any_base45_is_rejected(text: str) -> None:
    assert result("EL1:" + text) is Result.RED


@given(CLAIMS, VALUES)
def test_random_claims_of_a_trusted_issuer_never_raise(label: int, value: object) -> None:
    result(CITY.sign_claims({**CITY.decoded_claims(), label: value}))


@given(st.integers(0, 12), VALUES)
def test_a_random_licence_of_a_trusted_issuer_never_raises(label: int, value: object) -> None:
    inner = CITY.decoded_claims()[-65537]
    assert isinstance(inner, dict)
    result(CITY.sign_claims({**CITY.decoded_claims(), -65537: {**inner, label: value}}))


@given(st.binary(max_size=100), VALUES)
def test_signed_bytes_that_are_no_claims_never_raise(payload: bytes, value: object) -> None:
    assert result(CITY.sign_claims(payload=payload)) is Result.RED
    assert result(CITY.sign_claims(payload=encode(value))) is Result.RED
