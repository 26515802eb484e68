"""A licence that the phone presents, signed anew each time: what a copy of it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import cbor2
import pytest
import segno

from clerk_app.licences import (
    EDDSA,
    ES256,
    IssuerKey,
    Reason,
    Result,
    Sighting,
    Verdict,
    new_issuer_key,
    present,
    verify,
)
from clerk_app.licences.cose import key_as_map, key_from_map, sign1, sign1_with
from clerk_app.licences.issue import pack
from tests.licences.city import HOLDER, NOW, SECOND, City, opened

PHONE = new_issuer_key()
OTHER = new_issuer_key()
LICENCE = -65538
S = timedelta(seconds=1)


@pytest.fixture(scope="module")
def bound(city: City) -> str:
    """The code of a licence that belongs to PHONE."""
    return city.code(device=PHONE.public)


def check(city: City, text: str, **more: object) -> Verdict:
    verdict = city.check(text, **more)  # type: ignore[arg-type]
    assert all(verdict.sentences())
    assert "{" not in "".join(verdict.sentences())
    return verdict


def red(city: City, text: str, reason: Reason) -> None:
    verdict = check(city, text)
    assert (verdict.result, verdict.reason, verdict.claims) == (Result.RED, reason, None)


def by_hand(claims: Mapping[int, object], protected: Mapping[int, object] | None = None) -> str:
    head = cbor2.dumps({1: -7} if protected is None else protected)
    return pack(sign1_with(head, cbor2.dumps(claims), PHONE), "EL2:")


def test_a_licence_presented_by_its_phone_is_green(city: City, bound: str) -> None:
    verdict = check(city, present(bound, PHONE, NOW))
    assert (verdict.result, verdict.reason) == (Result.GREEN, None)
    assert verdict.claims is not None
    assert verdict.claims.holder_id_number == HOLDER
    assert verdict.plain()["format"] == "EL2"


@pytest.mark.parametrize("algorithm", [ES256, EDDSA])
def test_phones_may_have_keys_of_either_kind(city: City, algorithm: int) -> None:
    phone = new_issuer_key(algorithm)
    assert check(city, present(city.code(device=phone.public), phone, NOW)).result is Result.GREEN


def test_the_largest_presentation_fits_version_19_at_level_m(bound: str) -> None:
    code = segno.make_qr(present(bound, PHONE, NOW), error="m", boost_error=False)
    assert int(code.version) <= 19
    assert code.mode == "alphanumeric"


def test_a_bound_licence_fits_version_17_at_level_m(city: City) -> None:
    code = segno.make_qr(city.code(device=PHONE.public, address=""), error="m", boost_error=False)
    assert int(code.version) <= 17


def test_a_screenshot_is_worthless_a_minute_later(city: City, bound: str) -> None:
    text = present(bound, PHONE, NOW)
    assert check(city, text, now=NOW + 60 * S).result is Result.GREEN
    late = check(city, text, now=NOW + 61 * S)
    assert (late.result, late.reason) == (Result.RED, Reason.PRESENTATION_OLD)


def test_how_long_a_presentation_lives_is_configured(city: City, bound: str) -> None:

    text = present(bound, PHONE, NOW - 90 * S)
    assert verify(text, city.trust(), city.status(), NOW).reason is Reason.PRESENTATION_OLD
    longer = verify(text, city.trust(), city.status(), NOW, seen=lambda _id: None, fresh=120 * S)
    assert longer.result is Result.GREEN


def test_a_phone_whose_clock_runs_ahead(city: City, bound: str) -> None:
    assert check(city, present(bound, PHONE, NOW + 30 * S)).result is Result.GREEN
    red(city, present(bound, PHONE, NOW + 61 * S), Reason.PRESENTED_IN_FUTURE)


def test_another_phone_with_a_copy_of_the_licence(city: City, bound: str) -> None:
    red(city, present(bound, OTHER, NOW), Reason.WRONG_DEVICE)
    red(city, present(bound, new_issuer_key(EDDSA), NOW), Reason.WRONG_DEVICE)


def test_a_licence_that_is_bound_to_no_phone(city: City) -> None:
    red(city, present(city.code(), PHONE, NOW), Reason.NOT_BOUND)


def test_a_copy_of_the_licence_without_the_phone_is_a_doubt(city: City, bound: str) -> None:
    verdict = check(city, bound)
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.WITHOUT_PHONE)


def test_a_presentation_shown_a_second_time_is_a_copy(city: City, bound: str) -> None:
    text = present(bound, PHONE, NOW - 20 * S)
    first = check(city, text)
    assert first.cti is not None
    assert first.claims is not None
    assert first.claims.cti == first.cti
    shown = {first.cti: Sighting(NOW - 10 * S, "3")}
    again = check(city, text, seen=shown.get)
    assert (again.result, again.reason) == (Result.RED, Reason.PRESENTATION_REUSED)
    assert check(city, present(bound, PHONE, NOW), seen=shown.get).result is Result.GREEN


def test_a_rewritten_signature_is_the_same_presentation(city: City, bound: str) -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    text = present(bound, PHONE, NOW)
    signed = opened("EL1:" + text[4:])
    twin = signed[:-32] + (order - int.from_bytes(signed[-32:], "big")).to_bytes(32, "big")
    assert check(city, pack(twin, "EL2:")).cti == check(city, text).cti is not None


def test_where_reuse_cannot_be_looked_up_it_stays_a_doubt(city: City, bound: str) -> None:

    verdict = verify(present(bound, PHONE, NOW), city.trust(), city.status(), NOW)
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.REUSE_NOT_CHECKED)


def test_the_licence_within_is_judged_like_any_other(city: City, bound: str) -> None:
    unknown = city.code(key=new_issuer_key(), device=PHONE.public)
    red(city, present(unknown, PHONE, NOW), Reason.UNKNOWN_ISSUER)
    revoked = check(city, present(bound, PHONE, NOW), status=city.status([4242]))
    assert revoked.reason is Reason.REVOKED
    changed = pack(opened(bound).replace("欧阳明".encode(), "欧阳朋".encode()))
    red(city, present(changed, PHONE, NOW), Reason.NOT_GENUINE)


def test_a_presentation_of_a_presentation_or_of_nothing(city: City, bound: str) -> None:
    once = opened("EL1:" + present(bound, PHONE, NOW)[4:])
    red(city, by_hand({6: SECOND, LICENCE: once}), Reason.BAD_HEADER)
    red(city, by_hand({6: SECOND, LICENCE: b""}), Reason.BAD_STRUCTURE)
    red(city, pack(opened(bound), "EL2:"), Reason.BAD_HEADER)
    red(city, pack(once, "EL1:"), Reason.BAD_HEADER)


def test_a_presentation_with_other_headers_or_claims(city: City, bound: str) -> None:
    licence = opened(bound)
    good: dict[int, object] = {6: SECOND, LICENCE: licence}
    assert check(city, by_hand(good)).result is Result.GREEN
    heads: list[dict[int, object]] = [{}, {1: -7, 4: b"k"}, {1: -7, 2: [-999], -999: 1}]
    for head in heads:
        red(city, by_hand(good, head), Reason.BAD_HEADER)
    for algorithm in (-8, 0, 5, "ES256"):
        red(city, by_hand(good, {1: algorithm}), Reason.WRONG_DEVICE)
    wrong: list[dict[int, object]] = [{6: SECOND}, {LICENCE: licence}, {**good, 4: 1}, {6: SECOND, LICENCE: "x"}]
    for claims in wrong:
        red(city, by_hand(claims), Reason.BAD_CONTENT)
    for issued in ("now", -1, 2**32, True, None):
        red(city, by_hand({6: issued, LICENCE: licence}), Reason.BAD_TIME)
    for spoilt in (b"", b"\x80", sign1(b"", PHONE)[:-1], b"\xd2" * 50):
        red(city, pack(spoilt, "EL2:"), Reason.BAD_STRUCTURE)


def test_a_changed_byte_anywhere_is_refused(city: City, bound: str) -> None:
    signed = opened("EL1:" + present(bound, PHONE, NOW)[4:])
    for at in range(0, len(signed), 7):
        spoilt = bytearray(signed)
        spoilt[at] ^= 1
        assert check(city, pack(bytes(spoilt), "EL2:")).result is Result.RED


@pytest.mark.parametrize("key", [PHONE, OTHER, new_issuer_key(EDDSA)])
def test_a_phones_key_comes_back_from_its_map(key: IssuerKey) -> None:
    again = key_from_map(cbor2.loads(cbor2.dumps(key_as_map(key.public))))
    assert (again.algorithm, again.raw) == (key.algorithm, key.public.raw)


@pytest.mark.parametrize(
    "spoilt",
    [None, {}, 5, {1: 2, -1: 1, -2: b"\xff" * 32, -3: True}, {1: 2, -1: 2, -2: bytes(32), -3: bytes(32)}, {1: 1}],
)
def test_a_phones_key_that_cannot_be_is_bad_content(city: City, spoilt: object) -> None:
    inner = spoilt if spoilt is None else {1: spoilt}
    red(city, city.signed({**city.claims(), 8: inner or {1: {}}}), Reason.BAD_CONTENT)
