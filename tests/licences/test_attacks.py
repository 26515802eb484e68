"""Signed codes with a wrong text, envelope or signature must be rejected with their reasons."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import timedelta

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from clerk_app.licences.code_verification import Result, Sighting
from clerk_app.licences.crypto.cose import EDDSA
from clerk_app.licences.crypto.keys import new_issuer_key
from clerk_app.licences.issuance import encode_code
from clerk_app.licences.reasons import Reason
from tests.licences.altered_codes import assert_rejected
from tests.licences.issuing_city import (
    HOLDER,
    HOUSING,
    LICENCE,
    NOW,
    TYPE,
    IssuingCity,
    make_trusted_key,
    unpack_code,
)

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def test_a_valid_code_is_green_and_its_claims_are_returned(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code())
    assert verdict.result is Result.GREEN
    assert verdict.findings == ()
    claims = verdict.claims
    assert claims is not None
    assert (claims.holder_name, claims.holder_id_number) == ("欧阳明", HOLDER)
    assert (claims.licence_type, claims.licence_number) == (TYPE, LICENCE.licence_number)
    assert (claims.issuer_code, claims.issuer_names["en"]) == (HOUSING, "Housing Commission")
    assert (claims.organisation, claims.address) == (LICENCE.organisation, LICENCE.address)
    assert (claims.valid_from, claims.valid_until) == (LICENCE.valid_from, LICENCE.valid_until)
    assert (claims.status_index, dict(claims.extra)) == (4242, dict(LICENCE.extra))
    assert claims.expires_at - claims.issued_at == timedelta(days=365)


def test_a_verdict_can_be_written_as_json(city: IssuingCity) -> None:
    green = json.loads(json.dumps(city.verify(city.licence_code()).to_dict()))
    assert (green["format"], green["result"], green["reason"]) == ("EL1", "green", None)
    assert green["claims"]["holder_name"] == "欧阳明"
    assert green["claims"]["valid_until"] == "2030-01-01"
    assert green["issuer"]["code"] == HOUSING
    assert green["ages"] == {"trust": 3600.0, "status": 3600.0}
    red = json.loads(json.dumps(city.verify("EL1:").to_dict()))
    assert (red["result"], red["reason"], red["claims"]) == ("red", "bad-structure", None)


def test_a_valid_code_is_green_without_compression_and_with_a_cwt_tag(city: IssuingCity) -> None:
    signed = unpack_code(city.licence_code())
    plain = "EL1:" + base45.b45encode(signed).decode()
    assert city.verify(plain).result is Result.GREEN
    assert city.verify(encode_code(b"\xd8\x3d" + signed)).result is Result.GREEN


def test_a_valid_code_is_green_with_an_eddsa_key(city: IssuingCity) -> None:
    key = new_issuer_key(EDDSA)
    trust = city.trust_list([make_trusted_key(key, HOUSING, TYPE), *city.trusted_keys()])
    assert city.verify(city.licence_code(key=key), trust).result is Result.GREEN


# Text


def test_a_text_that_is_too_long_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.licence_code() + "A" * 10_000, Reason.TOO_LONG)


@pytest.mark.parametrize("text", ["", "EL3:NCF", "hello", "HC1:NCF", "el1:NCF", "EL2 :NCF"])
def test_another_prefix_is_rejected(city: IssuingCity, text: str) -> None:
    assert_rejected(city, text, Reason.NOT_A_LICENCE)


def test_base45_in_lower_case_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, "EL1:" + city.licence_code()[4:].lower(), Reason.BAD_BASE45)


@pytest.mark.parametrize("text", ["EL1:GGW", "EL1::::", "EL1:A", "EL1:AAAA", "EL1:张", "EL1:A\x00B", "EL1:\ud800"])
def test_invalid_base45_is_rejected(city: IssuingCity, text: str) -> None:
    assert_rejected(city, text, Reason.BAD_BASE45)


def test_a_zlib_bomb_is_rejected(city: IssuingCity) -> None:
    bomb = zlib.compress(bytes(1_000_000), 9)
    assert_rejected(city, "EL1:" + base45.b45encode(bomb).decode(), Reason.TOO_BIG)


@pytest.mark.parametrize(
    "spoil", [lambda z: z[:-6], lambda z: z + b"xxxx", lambda z: z[:40], lambda z: b"\x78\xbb" + z[2:]]
)
def test_truncated_compression_and_trailing_bytes_are_rejected(
    city: IssuingCity, spoil: Callable[[bytes], bytes]
) -> None:
    packed = spoil(zlib.compress(unpack_code(city.licence_code()), 9))
    assert_rejected(city, "EL1:" + base45.b45encode(packed).decode(), Reason.BAD_COMPRESSION)


# Envelope


def test_trailing_bytes_after_the_envelope_are_rejected(city: IssuingCity) -> None:
    assert_rejected(city, encode_code(unpack_code(city.licence_code()) + b"\x00"), Reason.BAD_STRUCTURE)


@pytest.mark.parametrize("tag", [17, 98, 16, None])
def test_other_cose_tags_and_no_tag_are_rejected(city: IssuingCity, tag: int | None) -> None:
    assert_rejected(city, city.sign_claims(tag=tag), Reason.BAD_STRUCTURE)


def test_a_detached_payload_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.sign_claims(sent=None), Reason.BAD_STRUCTURE)


def test_a_deeply_nested_envelope_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, encode_code(b"\xd2" + b"\x81" * 5000 + b"\x00"), Reason.BAD_STRUCTURE)


@pytest.mark.parametrize("algorithm", [0, 5, -999, "ES256", True, None, -37])
def test_a_missing_or_unsupported_algorithm_is_rejected(city: IssuingCity, algorithm: object) -> None:
    assert_rejected(
        city, city.sign_claims(protected=cbor2.dumps({1: algorithm, 4: city.housing.kid})), Reason.BAD_ALGORITHM
    )


def test_an_unprotected_algorithm_is_rejected(city: IssuingCity) -> None:
    text = city.sign_claims(protected=cbor2.dumps({4: city.housing.kid}), unprotected={1: -7})
    assert_rejected(city, text, Reason.BAD_ALGORITHM)
    assert_rejected(
        city, city.sign_claims(protected=b"", unprotected={1: -7, 4: city.housing.kid}), Reason.BAD_ALGORITHM
    )


def test_an_algorithm_other_than_that_of_the_key_is_rejected(city: IssuingCity) -> None:
    assert_rejected(
        city, city.sign_claims(protected=cbor2.dumps({1: -8, 4: city.housing.kid})), Reason.ANOTHER_ALGORITHM
    )


def test_an_unknown_critical_header_is_rejected(city: IssuingCity) -> None:
    protected = cbor2.dumps({1: -7, 2: [-999], 4: city.housing.kid, -999: 1})
    assert_rejected(city, city.sign_claims(protected=protected), Reason.BAD_HEADER)


def test_an_unprotected_key_id_is_rejected(city: IssuingCity) -> None:
    text = city.sign_claims(protected=cbor2.dumps({1: -7}), unprotected={4: city.housing.kid})
    assert_rejected(city, text, Reason.BAD_HEADER)


def test_any_unprotected_header_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.sign_claims(unprotected={4: city.police.kid}), Reason.BAD_HEADER)


def test_a_status_list_of_the_same_key_is_rejected_as_licence(city: IssuingCity) -> None:
    protected = cbor2.dumps({1: -7, 4: city.housing.kid, 16: "application/statuslist+cwt"})
    assert_rejected(city, city.sign_claims(protected=protected), Reason.BAD_HEADER)


# Signature


def test_an_unknown_issuer_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.licence_code(key=new_issuer_key()), Reason.UNKNOWN_ISSUER)


def test_the_key_of_another_issuer_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.licence_code(key=city.police), Reason.ANOTHER_ISSUER)


def test_another_key_under_a_known_key_id_is_rejected(city: IssuingCity) -> None:
    text = city.sign_claims(key=new_issuer_key(), protected=cbor2.dumps({1: -7, 4: city.housing.kid}))
    assert_rejected(city, text, Reason.NOT_GENUINE)


def test_a_changed_name_is_rejected(city: IssuingCity) -> None:
    changed = unpack_code(city.licence_code()).replace("欧阳明".encode(), "欧阳朋".encode())
    assert_rejected(city, encode_code(changed), Reason.NOT_GENUINE)


def test_a_changed_header_is_rejected(city: IssuingCity) -> None:
    changed = unpack_code(city.licence_code()).replace(city.housing.kid, city.police.kid)
    assert_rejected(city, encode_code(changed), Reason.NOT_GENUINE)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: bytes(64),
        lambda s: bytes(32) + s[32:],
        lambda s: s[:32] + bytes(32),
        lambda s: ORDER.to_bytes(32, "big") + s[32:],
        lambda s: encode_dss_signature(int.from_bytes(s[:32], "big"), int.from_bytes(s[32:], "big")),
        lambda s: s[:63],
        lambda s: s + b"\x00",
        lambda s: b"",
        lambda s: s[:63] + bytes([s[63] ^ 1]),
    ],
)
def test_a_zero_der_truncated_or_changed_signature_is_rejected(
    city: IssuingCity, spoil: Callable[[bytes], bytes]
) -> None:
    assert_rejected(city, city.sign_claims(signature=spoil), Reason.NOT_GENUINE)


def test_a_signature_for_another_context_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.sign_claims(context="CounterSignature"), Reason.NOT_GENUINE)


def test_the_high_s_twin_is_genuine_and_has_the_same_cti(city: IssuingCity) -> None:
    good = city.build_cose()
    r, s = good[-64:-32], int.from_bytes(good[-32:], "big")
    twin = encode_code(good[:-64] + r + (ORDER - s).to_bytes(32, "big"))
    first, second = city.verify(encode_code(good)), city.verify(twin)
    assert encode_code(good) != twin
    assert second.result is Result.GREEN
    assert first.cti == second.cti
    shown = {first.cti: Sighting(NOW - timedelta(hours=1), "3")}
    assert city.verify(twin, seen=shown.get).reason is Reason.SHOWN_BEFORE
