"""Presentations: licences signed by the phone each time they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import cbor2
import pytest
import segno

from clerk_app.licences.code_verification import Result, Sighting
from clerk_app.licences.crypto.cose import (
    EDDSA,
    ES256,
    create_sign1,
    create_sign1_with_headers,
    decode_cose_key,
    encode_cose_key,
)
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.issuance import create_presentation_code, encode_code
from clerk_app.licences.licence_verification import LicenceVerdict, verify_licence_code
from clerk_app.licences.reasons import Reason
from tests.licences.issuing_city import HOLDER, NOW, SECOND, IssuingCity, unpack_code

PHONE = new_issuer_key()
OTHER = new_issuer_key()
LICENCE = -65538
S = timedelta(seconds=1)


@pytest.fixture(scope="module")
def bound(city: IssuingCity) -> str:
    """The code of a licence that is bound to PHONE."""
    return city.licence_code(device=PHONE.public)


def verify(city: IssuingCity, text: str, **more: object) -> LicenceVerdict:
    verdict = city.verify(text, **more)  # type: ignore[arg-type]
    assert all(verdict.sentences())
    assert "{" not in "".join(verdict.sentences())
    return verdict


def assert_rejected(city: IssuingCity, text: str, reason: Reason) -> None:
    verdict = verify(city, text)
    assert (verdict.result, verdict.reason, verdict.claims) == (Result.RED, reason, None)


def build_presentation(claims: Mapping[int, object], protected: Mapping[int, object] | None = None) -> str:
    head = cbor2.dumps({1: -7} if protected is None else protected)
    return encode_code(create_sign1_with_headers(head, cbor2.dumps(claims), PHONE), "EL2:")


def test_a_licence_presented_by_its_phone_is_green(city: IssuingCity, bound: str) -> None:
    verdict = verify(city, create_presentation_code(bound, PHONE, NOW))
    assert (verdict.result, verdict.reason) == (Result.GREEN, None)
    assert verdict.claims is not None
    assert verdict.claims.holder_id_number == HOLDER
    assert verdict.to_dict()["format"] == "EL2"


@pytest.mark.parametrize("algorithm", [ES256, EDDSA])
def test_phones_may_have_keys_of_either_algorithm(city: IssuingCity, algorithm: int) -> None:
    phone = new_issuer_key(algorithm)
    assert (
        verify(city, create_presentation_code(city.licence_code(device=phone.public), phone, NOW)).result
        is Result.GREEN
    )


def test_the_largest_presentation_fits_version_19_at_level_m(bound: str) -> None:
    code = segno.make_qr(create_presentation_code(bound, PHONE, NOW), error="m", boost_error=False)
    assert int(code.version) <= 19
    assert code.mode == "alphanumeric"


def test_a_bound_licence_fits_version_17_at_level_m(city: IssuingCity) -> None:
    code = segno.make_qr(city.licence_code(device=PHONE.public, address=""), error="m", boost_error=False)
    assert int(code.version) <= 17


def test_a_screenshot_is_rejected_after_a_minute(city: IssuingCity, bound: str) -> None:
    text = create_presentation_code(bound, PHONE, NOW)
    assert verify(city, text, now=NOW + 60 * S).result is Result.GREEN
    late = verify(city, text, now=NOW + 61 * S)
    assert (late.result, late.reason) == (Result.RED, Reason.PRESENTATION_OLD)


def test_the_lifetime_of_a_presentation_is_configured(city: IssuingCity, bound: str) -> None:
    text = create_presentation_code(bound, PHONE, NOW - 90 * S)
    assert verify_licence_code(text, city.trust_list(), city.status_lists(), NOW).reason is Reason.PRESENTATION_OLD
    longer = verify_licence_code(
        text, city.trust_list(), city.status_lists(), NOW, find_sighting=lambda _id: None, max_presentation_age=120 * S
    )
    assert longer.result is Result.GREEN


def test_a_phone_with_a_fast_clock_is_accepted_within_the_slack(city: IssuingCity, bound: str) -> None:
    assert verify(city, create_presentation_code(bound, PHONE, NOW + 30 * S)).result is Result.GREEN
    assert_rejected(city, create_presentation_code(bound, PHONE, NOW + 61 * S), Reason.PRESENTED_IN_FUTURE)


def test_another_phone_with_a_copy_of_the_licence_is_rejected(city: IssuingCity, bound: str) -> None:
    assert_rejected(city, create_presentation_code(bound, OTHER, NOW), Reason.WRONG_DEVICE)
    assert_rejected(city, create_presentation_code(bound, new_issuer_key(EDDSA), NOW), Reason.WRONG_DEVICE)


def test_a_licence_without_device_key_cannot_be_presented(city: IssuingCity) -> None:
    assert_rejected(city, create_presentation_code(city.licence_code(), PHONE, NOW), Reason.NOT_BOUND)


def test_a_copy_of_the_licence_without_the_phone_is_a_warning(city: IssuingCity, bound: str) -> None:
    verdict = verify(city, bound)
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.WITHOUT_PHONE)


def test_a_presentation_shown_twice_is_rejected(city: IssuingCity, bound: str) -> None:
    text = create_presentation_code(bound, PHONE, NOW - 20 * S)
    first = verify(city, text)
    assert first.cti is not None
    assert first.claims is not None
    assert first.claims.cti == first.cti
    shown = {first.cti: Sighting(NOW - 10 * S, "3")}
    again = verify(city, text, seen=shown.get)
    assert (again.result, again.reason) == (Result.RED, Reason.PRESENTATION_REUSED)
    assert verify(city, create_presentation_code(bound, PHONE, NOW), seen=shown.get).result is Result.GREEN


def test_a_rewritten_signature_is_the_same_presentation(city: IssuingCity, bound: str) -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    text = create_presentation_code(bound, PHONE, NOW)
    signed = unpack_code("EL1:" + text[4:])
    twin = signed[:-32] + (order - int.from_bytes(signed[-32:], "big")).to_bytes(32, "big")
    assert verify(city, encode_code(twin, "EL2:")).cti == verify(city, text).cti is not None


def test_reuse_of_a_presentation_that_cannot_be_checked_is_a_warning(city: IssuingCity, bound: str) -> None:
    verdict = verify_licence_code(
        create_presentation_code(bound, PHONE, NOW), city.trust_list(), city.status_lists(), NOW
    )
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.REUSE_NOT_CHECKED)


def test_the_licence_in_a_presentation_is_verified_like_any_other(city: IssuingCity, bound: str) -> None:
    unknown = city.licence_code(key=new_issuer_key(), device=PHONE.public)
    assert_rejected(city, create_presentation_code(unknown, PHONE, NOW), Reason.UNKNOWN_ISSUER)
    revoked = verify(city, create_presentation_code(bound, PHONE, NOW), status=city.status_lists([4242]))
    assert revoked.reason is Reason.REVOKED
    changed = encode_code(unpack_code(bound).replace("欧阳明".encode(), "欧阳朋".encode()))
    assert_rejected(city, create_presentation_code(changed, PHONE, NOW), Reason.NOT_GENUINE)


def test_a_presentation_of_a_presentation_or_of_nothing_is_rejected(city: IssuingCity, bound: str) -> None:
    once = unpack_code("EL1:" + create_presentation_code(bound, PHONE, NOW)[4:])
    assert_rejected(city, build_presentation({6: SECOND, LICENCE: once}), Reason.BAD_HEADER)
    assert_rejected(city, build_presentation({6: SECOND, LICENCE: b""}), Reason.BAD_STRUCTURE)
    assert_rejected(city, encode_code(unpack_code(bound), "EL2:"), Reason.BAD_HEADER)
    assert_rejected(city, encode_code(once, "EL1:"), Reason.BAD_HEADER)


def test_a_presentation_with_other_headers_or_claims_is_rejected(city: IssuingCity, bound: str) -> None:
    licence = unpack_code(bound)
    good: dict[int, object] = {6: SECOND, LICENCE: licence}
    assert verify(city, build_presentation(good)).result is Result.GREEN
    heads: list[dict[int, object]] = [{}, {1: -7, 4: b"k"}, {1: -7, 2: [-999], -999: 1}]
    for head in heads:
        assert_rejected(city, build_presentation(good, head), Reason.BAD_HEADER)
    for algorithm in (-8, 0, 5, "ES256"):
        assert_rejected(city, build_presentation(good, {1: algorithm}), Reason.WRONG_DEVICE)
    wrong: list[dict[int, object]] = [{6: SECOND}, {LICENCE: licence}, {**good, 4: 1}, {6: SECOND, LICENCE: "x"}]
    for claims in wrong:
        assert_rejected(city, build_presentation(claims), Reason.BAD_CONTENT)
    for issued in ("now", -1, 2**32, True, None):
        assert_rejected(city, build_presentation({6: issued, LICENCE: licence}), Reason.BAD_TIME)
    for corrupted in (b"", b"\x80", create_sign1(b"", PHONE)[:-1], b"\xd2" * 50):
        assert_rejected(city, encode_code(corrupted, "EL2:"), Reason.BAD_STRUCTURE)


def test_a_changed_byte_anywhere_is_rejected(city: IssuingCity, bound: str) -> None:
    signed = unpack_code("EL1:" + create_presentation_code(bound, PHONE, NOW)[4:])
    for at in range(0, len(signed), 7):
        corrupted = bytearray(signed)
        corrupted[at] ^= 1
        assert verify(city, encode_code(bytes(corrupted), "EL2:")).result is Result.RED


@pytest.mark.parametrize("key", [PHONE, OTHER, new_issuer_key(EDDSA)])
def test_a_cose_key_is_read_back(key: IssuerKey) -> None:
    again = decode_cose_key(cbor2.loads(cbor2.dumps(encode_cose_key(key.public))))
    assert (again.algorithm, again.raw) == (key.algorithm, key.public.raw)


@pytest.mark.parametrize(
    "corrupted",
    [None, {}, 5, {1: 2, -1: 1, -2: b"\xff" * 32, -3: True}, {1: 2, -1: 2, -2: bytes(32), -3: bytes(32)}, {1: 1}],
)
def test_an_invalid_device_key_is_bad_content(city: IssuingCity, corrupted: object) -> None:
    inner = corrupted if corrupted is None else {1: corrupted}
    assert_rejected(city, city.sign_claims({**city.decoded_claims(), 8: inner or {1: {}}}), Reason.BAD_CONTENT)
