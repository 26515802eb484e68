"""Trust lists and status lists: missing, stale, rolled back or forged, and their ages."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from clerk_app.licences.code_verification import Result
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.crypto.keys import new_issuer_key
from clerk_app.licences.identifiers import build_licence_number, read_licence_number
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.status_list import (
    REVOKED,
    SUSPENDED,
    build_status_uri,
    pack_status_bits,
    pack_statuses,
    read_status_list,
    sign_status_list,
)
from clerk_app.licences.trust_folder import StatusLists, TrustFolder
from clerk_app.licences.trust_list import read_trust_list, sign_trust_list
from clerk_app.locales import set_language
from tests.licences.issuing_city import HOUSING, LICENCE, NOW, POLICE, TYPE, IssuingCity, make_trusted_key

URI = build_status_uri(HOUSING, 1)
BITS = pack_status_bits([], 10_000)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def fault_of(act: Callable[[], object]) -> Reason:
    with pytest.raises(ListFault) as caught:
        act()
    assert str(caught.value)
    assert "{" not in str(caught.value)
    return caught.value.finding.reason


def test_saved_lists_are_loaded_unchanged(city: IssuingCity, tmp_path: Path) -> None:
    folder = TrustFolder(tmp_path / "lists")
    folder.save_trust_list(sign_trust_list(3, city.trusted_keys(), city.root, NOW))
    folder.save_status_list(HOUSING, 1, sign_status_list(URI, pack_status_bits([4242], 10_000), city.housing, NOW))
    trust = folder.load_trust_list(city.root.public, minimum_version=3)
    assert trust.version == 3
    assert list(trust.keys.values()) == city.trusted_keys()
    status = folder.load_status_lists(trust)
    assert city.verify(city.licence_code(), trust, status).reason is Reason.REVOKED
    assert city.verify(city.licence_code(status_index=4241), trust, status).result is Result.GREEN


def test_without_a_trust_list_every_code_is_rejected(city: IssuingCity, tmp_path: Path) -> None:
    with pytest.raises(ListFault) as caught:
        TrustFolder(tmp_path).load_trust_list(city.root.public)
    verdict = city.verify(city.licence_code(), caught.value)
    assert (verdict.result, verdict.reason) == (Result.RED, Reason.TRUST_MISSING)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"not a list", bytes(9_000_000), b"\xd2\x84"],
    ids=["empty", "a zero", "text", "9 MB", "truncated"],
)
def test_an_unreadable_trust_list_is_rejected(city: IssuingCity, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "trust.cose").write_bytes(data)
    assert fault_of(lambda: TrustFolder(tmp_path).load_trust_list(city.root.public)) is Reason.TRUST_UNREADABLE
    (tmp_path / "trust.cose").unlink()
    (tmp_path / "trust.cose").mkdir()
    assert fault_of(lambda: TrustFolder(tmp_path).load_trust_list(city.root.public)) is Reason.TRUST_UNREADABLE


def test_a_trust_list_of_another_root_is_rejected(city: IssuingCity) -> None:
    forged = sign_trust_list(9, city.trusted_keys(), new_issuer_key(), NOW)
    assert fault_of(lambda: read_trust_list(forged, city.root.public)) is Reason.TRUST_NOT_GENUINE


def test_a_trust_list_with_a_changed_byte_is_rejected(city: IssuingCity) -> None:
    changed = sign_trust_list(9, city.trusted_keys(), city.root, NOW).replace(b"Housing", b"Housinq")
    assert fault_of(lambda: read_trust_list(changed, city.root.public)) is Reason.TRUST_NOT_GENUINE


def test_something_else_signed_by_the_root_is_no_trust_list(city: IssuingCity) -> None:
    other = cose.create_sign1(cbor.encode({"version": 9, "issued_at": 1, "keys": []}), city.root)
    assert fault_of(lambda: read_trust_list(other, city.root.public)) is Reason.TRUST_NOT_GENUINE


def test_a_trust_list_below_the_minimum_version_is_rejected(city: IssuingCity) -> None:
    signed = sign_trust_list(6, city.trusted_keys(), city.root, NOW)
    assert fault_of(lambda: read_trust_list(signed, city.root.public, 7)) is Reason.TRUST_ROLLED_BACK
    assert read_trust_list(signed, city.root.public, 6).version == 6


@pytest.mark.parametrize(
    "spoil",
    [
        {"alg": 5},
        {"public": b"\x04" + bytes(64)},
        {"issuer": "nobody"},
        {"kid": b""},
        {"from": -1},
        {"until": 2**40},
        {"types": [1]},
        {"names": {"zh": 1}},
        {"names": None},
    ],
)
def test_a_trust_list_with_an_invalid_key_is_rejected(city: IssuingCity, spoil: dict[int | str, cbor.Value]) -> None:
    good = cbor.decode(cose.read_sign1(sign_trust_list(9, city.trusted_keys(), city.root, NOW)).payload)
    assert isinstance(good, dict)
    assert isinstance(good["keys"], list)
    assert isinstance(good["keys"][0], dict)
    key = {**good["keys"][0], **spoil}
    listed = good | {"keys": [key]}
    typ = "application/vnd.clerk.trust-list+cbor"
    signed = cose.create_sign1(cbor.encode(listed), city.root, {cose.TYP: typ})
    assert fault_of(lambda: read_trust_list(signed, city.root.public)) is Reason.TRUST_UNREADABLE


def test_a_trust_list_with_duplicate_key_ids_is_rejected(city: IssuingCity) -> None:
    twice = sign_trust_list(9, [*city.trusted_keys(), city.trusted_keys()[0]], city.root, NOW)
    assert fault_of(lambda: read_trust_list(twice, city.root.public)) is Reason.TRUST_UNREADABLE


@pytest.mark.parametrize(
    ("age", "result", "reason"),
    [
        (-61 * timedelta(seconds=1), Result.RED, Reason.CLOCK_BEHIND),
        (timedelta(0), Result.GREEN, None),
        (24 * HOUR, Result.GREEN, None),
        (25 * HOUR, Result.AMBER, Reason.TRUST_OLD),
        (7 * DAY, Result.AMBER, Reason.TRUST_OLD),
        (7 * DAY + HOUR, Result.RED, Reason.TRUST_STALE),
    ],
)
def test_the_age_of_the_trust_list_decides(
    city: IssuingCity, age: timedelta, result: Result, reason: Reason | None
) -> None:
    trust = replace(city.trust_list(), issued_at=NOW - age)
    verdict = city.verify(city.licence_code(), trust)
    assert (verdict.result, verdict.reason) == (result, reason)
    assert verdict.trust_age == age
    if result is Result.AMBER:
        assert verdict.findings[0].age == age


@pytest.mark.parametrize(
    ("age", "result", "reason"),
    [
        (-61 * timedelta(seconds=1), Result.RED, Reason.CLOCK_BEHIND),
        (24 * HOUR, Result.GREEN, None),
        (3 * DAY, Result.AMBER, Reason.STATUS_OLD),
        (7 * DAY + HOUR, Result.RED, Reason.STATUS_STALE),
    ],
)
def test_the_age_of_the_status_list_decides(
    city: IssuingCity, age: timedelta, result: Result, reason: Reason | None
) -> None:
    verdict = city.verify(city.licence_code(), status=city.status_lists(written=NOW - age))
    assert (verdict.result, verdict.reason, verdict.status_age) == (result, reason, age)


def test_two_old_lists_are_two_warnings(city: IssuingCity) -> None:
    set_language("en")
    try:
        trust = replace(city.trust_list(), issued_at=NOW - 2 * DAY)
        verdict = city.verify(city.licence_code(), trust, city.status_lists(written=NOW - 3 * DAY))
        assert [finding.reason for finding in verdict.findings] == [Reason.TRUST_OLD, Reason.STATUS_OLD]
        assert "2 days" in verdict.sentences()[0]
        assert "3 days" in verdict.sentences()[1]
    finally:
        set_language("zh_CN")


def test_a_clock_behind_the_last_trusted_time_verifies_nothing(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(), last_trusted=NOW + HOUR)
    assert (verdict.result, verdict.reason) == (Result.RED, Reason.CLOCK_BEHIND)


def test_a_retired_key_and_a_future_key_are_rejected(city: IssuingCity) -> None:
    key = make_trusted_key(city.housing, HOUSING, TYPE)
    retired = city.trust_list([replace(key, valid_until=NOW)])
    future = city.trust_list([replace(key, valid_from=NOW + DAY)])
    younger = city.trust_list([replace(key, valid_from=NOW - HOUR)])
    assert city.verify(city.licence_code(), retired).reason is Reason.KEY_RETIRED
    assert city.verify(city.licence_code(), future).reason is Reason.KEY_NOT_YET
    assert city.verify(city.licence_code(), younger).reason is Reason.KEY_NOT_YET


def test_a_revoked_licence_names_its_issuer_and_the_age_of_the_list(city: IssuingCity) -> None:
    set_language("en")
    try:
        verdict = city.verify(city.licence_code(), status=city.status_lists([4242]))
        assert (verdict.result, verdict.reason) == (Result.RED, Reason.REVOKED)
        assert "Housing Commission" in verdict.sentences()[0]
        assert "60 minutes" in verdict.sentences()[0]
    finally:
        set_language("zh_CN")
    assert verdict.claims is None
    assert verdict.cti is not None


def test_a_superseded_version_is_rejected_and_the_new_one_accepted(city: IssuingCity) -> None:
    """A new version has its own index; the bit of the old version is set when the new one is issued."""
    number = read_licence_number(LICENCE.licence_number)
    assert number is not None
    second = build_licence_number(number.type_code, number.issuer, number.serial, number.version + 1)
    status = city.status_lists([4242])
    assert city.verify(city.licence_code(), status=status).reason is Reason.REVOKED
    assert (
        city.verify(city.licence_code(licence_number=second, status_index=4243), status=status).result is Result.GREEN
    )


def test_a_missing_or_too_short_status_list_rejects_the_code(city: IssuingCity) -> None:
    assert city.verify(city.licence_code(), status=StatusLists()).reason is Reason.STATUS_MISSING
    assert city.verify(city.licence_code(status_list=2)).reason is Reason.STATUS_MISSING
    assert city.verify(city.licence_code(status_index=10_001)).reason is Reason.STATUS_MISSING


def test_a_code_without_status_reference_is_a_warning(city: IssuingCity) -> None:
    verdict = city.verify(city.licence_code(status_list=None, status_index=None))
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.NO_STATUS)


def test_a_status_list_of_another_issuer_is_rejected(city: IssuingCity) -> None:
    foreign = build_status_uri(POLICE, 1)
    signed = sign_status_list(foreign, BITS, city.police, NOW - HOUR)
    lists = StatusLists({foreign: read_status_list(signed, POLICE, foreign, city.trust_list())})
    claims = {**city.decoded_claims(), 65535: {"status_list": {"idx": 1, "uri": foreign}}}
    assert city.verify(city.sign_claims(claims), status=lists).reason is Reason.STATUS_NOT_GENUINE


def test_unusable_status_lists_in_a_folder_have_their_reason(city: IssuingCity, tmp_path: Path) -> None:
    folder, trust = TrustFolder(tmp_path), city.trust_list()

    def found(signed: bytes, **seen: object) -> Reason | None:
        folder.save_status_list(HOUSING, 1, signed)
        return city.verify(city.licence_code(), trust, folder.load_status_lists(trust, **seen)).reason  # type: ignore[arg-type]

    good = sign_status_list(URI, BITS, city.housing, NOW - HOUR)
    assert found(good) is None
    assert found(good, minimum_issued={URI: NOW}) is Reason.STATUS_ROLLED_BACK
    assert found(sign_status_list(URI, BITS, city.police, NOW)) is Reason.STATUS_NOT_GENUINE
    assert found(sign_status_list(URI, BITS, new_issuer_key(), NOW)) is Reason.STATUS_NOT_GENUINE
    assert found(sign_status_list(build_status_uri(HOUSING, 2), BITS, city.housing, NOW)) is Reason.STATUS_NOT_GENUINE
    assert found(good.replace(b"statuslist", b"statuslisT")) is Reason.STATUS_NOT_GENUINE
    assert (
        found(cose.create_sign1(cbor.encode({2: URI, 6: 1, 65533: {"bits": 1, "lst": b""}}), city.housing))
        is Reason.STATUS_NOT_GENUINE
    )
    assert found(good[:-3]) is Reason.STATUS_UNREADABLE
    assert found(b"") is Reason.STATUS_UNREADABLE
    ended = sign_status_list(URI, BITS, city.housing, NOW - 2 * HOUR, lifetime=HOUR)
    assert found(ended) is Reason.STATUS_STALE
    (tmp_path / "status" / "note-x.cose").write_bytes(b"")
    assert found(good) is None


def test_a_status_list_of_a_retired_key_is_rejected(city: IssuingCity) -> None:
    old = new_issuer_key()
    listed = replace(make_trusted_key(old, HOUSING, TYPE), valid_until=NOW - HOUR)
    trust = city.trust_list([listed, *city.trusted_keys()])
    lists = StatusLists({URI: read_status_list(sign_status_list(URI, BITS, old, NOW - DAY), HOUSING, URI, trust)})
    assert city.verify(city.licence_code(), trust, lists).reason is Reason.STATUS_NOT_GENUINE


@pytest.mark.parametrize(
    "packed",
    [b"", zlib.compress(BITS)[:-1], zlib.compress(BITS) + b"x", zlib.compress(bytes(40_000_000), 9)],
    ids=["empty", "cut", "followed", "40 MB"],
)
def test_invalid_status_bits_are_rejected(city: IssuingCity, packed: bytes) -> None:
    payload = cbor.encode({2: URI, 6: int(NOW.timestamp()), 65533: {"bits": 1, "lst": packed}})
    signed = cose.create_sign1(payload, city.housing, {cose.TYP: "application/statuslist+cwt"})
    assert fault_of(lambda: read_status_list(signed, HOUSING, URI, city.trust_list())) is Reason.STATUS_UNREADABLE


def test_the_example_of_the_status_list_draft_is_read(city: IssuingCity) -> None:
    """The 1-bit example of draft-ietf-oauth-status-list, appendix on test vectors."""
    statuses = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    packed = base64.urlsafe_b64decode("eNrbuRgAAhcBXQ==")
    assert zlib.decompress(packed) == pack_status_bits([i for i, bit in enumerate(statuses) if bit], 16)
    payload = cbor.encode({2: URI, 6: int(NOW.timestamp()), 65533: {"bits": 1, "lst": packed}})
    signed = cose.create_sign1(payload, city.housing, {cose.TYP: "application/statuslist+cwt"})
    read = read_status_list(signed, HOUSING, URI, city.trust_list())
    assert [read.is_revoked(index) for index in range(16)] == [bool(bit) for bit in statuses]
    assert read.is_revoked(16) is None


def test_the_example_with_two_bits_of_the_status_list_draft_is_read(city: IssuingCity) -> None:
    statuses = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    signed = sign_status_list(URI, bytes((0xC9, 0x44, 0xF9)), city.housing, NOW, width=2)
    read = read_status_list(signed, HOUSING, URI, city.trust_list())
    assert [read.status(index) for index in range(13)] == [*statuses, None]
    assert read.marked() == {index: status for index, status in enumerate(statuses) if status}


@given(st.dictionaries(st.integers(0, 99), st.sampled_from((REVOKED, SUSPENDED))))
def test_packed_statuses_are_read_as_they_were(marked: dict[int, int]) -> None:
    city = IssuingCity()
    bits, width = pack_statuses(marked, 100)
    read = read_status_list(
        sign_status_list(URI, bits, city.housing, NOW, width=width), HOUSING, URI, city.trust_list()
    )
    assert read.marked() == marked


@given(st.sets(st.integers(0, 999)))
@settings(max_examples=50)
def test_exactly_the_packed_indices_are_revoked(revoked: set[int]) -> None:
    city = IssuingCity()
    found = city.status_lists(revoked).find(URI, {})
    assert {index for index in range(1000) if found.is_revoked(index)} == revoked


def test_a_million_licences_with_one_in_a_hundred_revoked_fit_in_few_kilobytes(city: IssuingCity) -> None:
    revoked = range(37, 1_000_000, 100)
    assert len(sign_status_list(URI, pack_status_bits(revoked, 1_000_000), city.housing, NOW)) < 20_000
    with pytest.raises(ValueError, match="8"):
        pack_status_bits([8], 8)
