"""Signed codes that must be rejected, with their reasons; and unusual codes that are genuine."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import date, timedelta

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from clerk_app.licences import (
    EDDSA,
    Reason,
    Result,
    Sighting,
    build_licence_number,
    find_holder_differences,
    new_issuer_key,
)
from clerk_app.licences.issuance import encode_code
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
    make_trusted_key,
    unpack_code,
)

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
DAY = 86_400


def assert_rejected(city: IssuingCity, text: str, reason: Reason) -> None:
    """Assert that the code is red for `reason`, with a sentence and without claims."""
    verdict = city.verify(text)
    assert (verdict.result, verdict.reason) == (Result.RED, reason)
    assert verdict.claims is None
    assert verdict.sentences()[0]
    assert "{" not in verdict.sentences()[0]


def code_with_claims(city: IssuingCity, **changes: object) -> str:
    """Return a signed code whose claims `c4`, `c6`, ... are replaced; None removes a claim."""
    claims = city.decoded_claims()
    for name, value in changes.items():
        label = int(name[1:])
        if value is None:
            claims.pop(label, None)
        else:
            claims[label] = value
    return city.sign_claims(claims)


def code_with_licence_fields(city: IssuingCity, **changes: object) -> str:
    """Do the same for the licence inside the claims."""
    inner = city.decoded_claims()[-65537]
    assert isinstance(inner, dict)
    return code_with_licence(city, {**inner, **{int(name[1:]): value for name, value in changes.items()}})


def code_with_licence(city: IssuingCity, inner: object) -> str:
    return city.sign_claims({**city.decoded_claims(), -65537: inner})


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


# the text


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


# the envelope


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


# the signature


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


# the content


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


# doubts


def test_a_code_shown_before_is_a_doubt_with_the_age_of_the_sighting(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(), seen=lambda _cti: Sighting(NOW - timedelta(hours=3), "7"))
    assert verdict.result is Result.AMBER
    assert verdict.reason is Reason.SHOWN_BEFORE
    assert verdict.findings[0].age == timedelta(hours=3)
    assert verdict.claims is not None


def test_reuse_that_cannot_be_checked_is_a_doubt(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(), seen=None)
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.REUSE_NOT_CHECKED)


def test_control_and_bidirectional_characters_in_a_name_are_replaced(city: IssuingCity) -> None:
    name = "\x1b[2J张\u202e三\u200b\u2066" + "A\u0301" + "\u0301" * 9
    verdict = city.verify(city.licence_code(holder_name=name, address="路" * 400, extra={"\x07k": "v\n"}))
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.HIDDEN_CHARACTERS)
    claims = verdict.claims
    assert claims is not None
    assert claims.holder_name.startswith("?[2J张?三??A\u0301\u0301?")
    assert claims.address.endswith("路?")
    assert len(claims.address) < 130
    assert dict(claims.extra) == {"?k": "v?"}


def test_a_rare_character_in_a_name_is_kept(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(holder_name="𠮷\U00031350\U0002ebf0·买买提"))
    assert verdict.result is Result.GREEN


def test_a_different_holder_is_found_by_name_or_number(city: IssuingCity) -> None:
    claims = city.verify(city.licence_code()).claims
    assert claims is not None
    assert find_holder_differences(claims, name="欧阳明", id_number=HOLDER) == ()
    assert find_holder_differences(claims, name="欧阳朋", id_number=HOLDER) == ("holder_name",)
    assert find_holder_differences(claims, id_number="11010519491231002X") == ("holder_id_number",)
