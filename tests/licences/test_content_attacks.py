"""Signed codes with wrong content must be rejected with their reasons; what is only a warning makes them amber."""

from __future__ import annotations

from datetime import date, timedelta

import cbor2
import pytest

from clerk_app.licences.claims import find_holder_differences
from clerk_app.licences.code_verification import Result, Sighting
from clerk_app.licences.identifiers import build_licence_number
from clerk_app.licences.reasons import Reason
from tests.licences.altered_codes import assert_rejected, code_with_claims, code_with_licence, code_with_licence_fields
from tests.licences.issuing_city import (
    HOLDER,
    HOUSING,
    LICENCE,
    NOW,
    POLICE,
    POLICE_TYPE,
    SECOND,
    TYPE,
    IssuingCity,
)

DAY = 86_400


# Content


@pytest.mark.parametrize(
    "payload",
    [b"", b"\x80", b"\x81" * 200 + b"\x00", cbor2.dumps([1, 2]), b"\xff", cbor2.dumps({1: 5})],
    ids=["empty", "list", "deep", "array", "break", "issuer is a number"],
)
def test_a_payload_that_is_no_claims_map_is_rejected(city: IssuingCity, payload: bytes) -> None:
    assert_rejected(city, city.sign_claims(payload=payload), Reason.BAD_CONTENT)


def test_trailing_bytes_after_the_payload_are_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.sign_claims(payload=cbor2.dumps(city.decoded_claims()) + b"\x00"), Reason.BAD_CONTENT)


def test_a_duplicate_claim_is_rejected(city: IssuingCity) -> None:
    claims = cbor2.dumps(city.decoded_claims())
    twice = bytes([claims[0] + 1]) + claims[1:] + cbor2.dumps(4) + cbor2.dumps(SECOND + 10**8)
    assert_rejected(city, city.sign_claims(payload=twice), Reason.BAD_CONTENT)


def test_a_name_that_is_not_utf8_is_rejected(city: IssuingCity) -> None:
    payload = cbor2.dumps(city.decoded_claims()).replace("欧阳明".encode(), b"\xff\xfe" * 4 + b"\xff")
    assert_rejected(city, city.sign_claims(payload=payload), Reason.BAD_CONTENT)


@pytest.mark.parametrize("tagged", [b"\xd8\x23", b"\xd8\x1c", b"\xd8\x1d", b"\xc1"])
def test_tags_in_the_payload_are_rejected(city: IssuingCity, tagged: bytes) -> None:
    payload = cbor2.dumps(city.decoded_claims()).replace(
        b"\x01" + cbor2.dumps(HOUSING), b"\x01" + tagged + cbor2.dumps(HOUSING)
    )
    assert_rejected(city, city.sign_claims(payload=payload), Reason.BAD_CONTENT)


def test_an_expired_code_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, code_with_claims(city, c4=SECOND - 3600), Reason.EXPIRED)
    assert_rejected(city, code_with_claims(city, c4=SECOND), Reason.EXPIRED)


def test_a_code_that_is_not_yet_valid_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, code_with_claims(city, c5=SECOND + 3600), Reason.NOT_YET)


def test_a_code_issued_in_the_future_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, code_with_claims(city, c6=SECOND + DAY), Reason.ISSUED_IN_FUTURE)
    assert city.verify(code_with_claims(city, c6=SECOND + 30)).result is Result.GREEN


def test_a_code_without_expiry_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, code_with_claims(city, c4=None), Reason.NO_EXPIRY)


@pytest.mark.parametrize("expiry", ["2099", (SECOND + DAY) * 1000, 2**32, -1, True, b"x", [SECOND + DAY]])
def test_an_invalid_expiry_is_rejected(city: IssuingCity, expiry: object) -> None:
    assert_rejected(city, code_with_claims(city, c4=expiry), Reason.BAD_TIME)


@pytest.mark.parametrize("expiry", [float("nan"), float("inf"), float(SECOND + DAY)])
def test_an_expiry_as_a_float_is_rejected(city: IssuingCity, expiry: float) -> None:
    assert_rejected(
        city, city.sign_claims(payload=cbor2.dumps({**city.decoded_claims(), 4: expiry})), Reason.BAD_CONTENT
    )


def test_a_code_without_time_of_issue_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, code_with_claims(city, c6=None), Reason.BAD_TIME)


@pytest.mark.parametrize("cti", [None, b"", b"short", "text that is long enough", b"x" * 65])
def test_a_code_without_cti_is_rejected(city: IssuingCity, cti: object) -> None:
    assert_rejected(city, code_with_claims(city, c7=cti), Reason.BAD_CONTENT)


@pytest.mark.parametrize(
    "inner",
    [None, [], {}, {1: TYPE}, {1: TYPE, 2: "", 3: HOLDER}, {1: TYPE, 2: ["n"], 3: HOLDER}, {1: 5, 2: "n", 3: HOLDER}],
)
def test_a_licence_with_missing_parts_is_rejected(city: IssuingCity, inner: object) -> None:
    assert_rejected(city, code_with_licence(city, inner), Reason.BAD_CONTENT)


@pytest.mark.parametrize("change", [{"c7": 20231301}, {"c8": "2030-01-01"}, {"c9": {"a": 1}}, {"c9": []}, {"c8": 0}])
def test_invalid_days_and_fields_are_rejected(city: IssuingCity, change: dict[str, object]) -> None:
    assert_rejected(city, code_with_licence_fields(city, **change), Reason.BAD_CONTENT)


@pytest.mark.parametrize(
    "status", [5, {"status_list": {"idx": -1, "uri": "x"}}, {"status_list": {"idx": True, "uri": "x"}}, {}]
)
def test_an_invalid_status_reference_is_rejected(city: IssuingCity, status: object) -> None:
    assert_rejected(city, code_with_claims(city, c65535=status), Reason.BAD_CONTENT)


def test_an_issuer_without_authority_for_the_type_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.licence_code(licence_type=POLICE_TYPE, licence_number=""), Reason.NO_AUTHORITY)


def test_an_invalid_or_contradictory_licence_number_is_rejected(city: IssuingCity) -> None:
    good = LICENCE.licence_number
    assert_rejected(
        city, city.licence_code(licence_number=good[:-1] + ("0" if good[-1] != "0" else "1")), Reason.BAD_LICENCE_NUMBER
    )
    assert_rejected(
        city,
        city.licence_code(licence_number=build_licence_number(POLICE_TYPE, HOUSING, "1")),
        Reason.BAD_LICENCE_NUMBER,
    )
    assert_rejected(
        city, city.licence_code(licence_number=build_licence_number(TYPE, POLICE, "1")), Reason.BAD_LICENCE_NUMBER
    )


@pytest.mark.parametrize("number", [HOLDER[:-1] + "1", "110101209901011234", "12345", "E12345678"])
def test_a_holder_number_with_a_wrong_check_character_is_rejected(city: IssuingCity, number: str) -> None:
    assert_rejected(city, city.licence_code(holder_id_number=number), Reason.BAD_ID_NUMBER)


def test_a_licence_outside_its_own_validity_is_rejected(city: IssuingCity) -> None:
    assert_rejected(city, city.licence_code(valid_until=date(2026, 11, 20)), Reason.LICENCE_EXPIRED)
    assert_rejected(city, city.licence_code(valid_from=date(2026, 11, 22)), Reason.LICENCE_NOT_YET)
    assert city.verify(city.licence_code(valid_until=date(2026, 11, 21))).result is Result.GREEN


# Warnings


def test_a_code_shown_before_is_a_warning_with_the_age_of_the_sighting(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(), seen=lambda _cti: Sighting(NOW - timedelta(hours=3), "7"))
    assert verdict.result is Result.AMBER
    assert verdict.reason is Reason.SHOWN_BEFORE
    assert verdict.findings[0].age == timedelta(hours=3)
    assert verdict.claims is not None


def test_reuse_that_cannot_be_checked_is_a_warning(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(), seen=None)
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.REUSE_NOT_CHECKED)


def test_control_and_bidirectional_characters_in_a_name_are_replaced(city: IssuingCity) -> None:
    name = "\x1b[2J张\u202e三\u200b\u2066" + "A\u0301" + "\u0301" * 9
    verdict = city.verify(city.licence_code(holder_name=name, address="路" * 400, extra={"\x07k": "v\n"}))
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.HIDDEN_CHARACTERS)
    claims = verdict.claims
    assert claims is not None
    assert claims.holder_name.startswith("?[2J张?三?A\u0301\u0301?")
    assert claims.address.endswith("路?")
    assert len(claims.address) < 130
    assert dict(claims.extra) == {"?k": "v"}


def test_a_space_of_another_kind_in_a_name_is_a_space_and_no_warning(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(holder_name="\u3000李\u3000华\u00a0", address="示范路\u00a01\u3000号"))
    assert verdict.result is Result.GREEN
    assert verdict.claims is not None
    assert (verdict.claims.holder_name, verdict.claims.address) == ("李 华", "示范路 1 号")


@pytest.mark.parametrize("hidden", ["李\u200b华", "李华\u3164", "\ufeff李华", "李\u202d华", "李\ue000"])
def test_an_invisible_character_in_a_name_is_a_warning(city: IssuingCity, hidden: str) -> None:
    verdict = city.verify(city.licence_code(holder_name=hidden))
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.HIDDEN_CHARACTERS)


def test_a_name_of_spaces_is_shown_as_unknown_with_a_warning(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(holder_name="\u00a0" * 80))
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.HIDDEN_CHARACTERS)
    assert verdict.claims is not None
    assert verdict.claims.holder_name == "?"


def test_a_rare_character_in_a_name_is_kept(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(holder_name="𠮷\U00031350\U0002ebf0·买买提"))
    assert verdict.result is Result.GREEN


def test_a_different_holder_is_found_by_name_or_number(city: IssuingCity) -> None:
    claims = city.verify(city.licence_code()).claims
    assert claims is not None
    assert find_holder_differences(claims, name="欧阳明", id_number=HOLDER) == ()
    assert find_holder_differences(claims, name="欧\u3000阳明\ufe00", id_number="310101 19900307-1230") == ()
    assert find_holder_differences(claims, name="欧阳朋", id_number=HOLDER) == ("holder_name",)
    assert find_holder_differences(claims, id_number="11010519491231002X") == ("holder_id_number",)
