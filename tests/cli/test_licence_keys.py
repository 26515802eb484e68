"""`clerk licence rotate-key`, and test vectors on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.status_list import StatusList, build_status_uri
from clerk_app.licences.trust_list import TrustList
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from tests.cli.conftest import Clerk
from tests.cli.test_licence import ISSUER, LISTED, city, code
from tests.licences.health_authority import build_vector
from tests.office import SampleOffice
from tests.sample_data import PIN, pin_hash

__all__ = ["city", "code"]  # fixtures


def lists(folder: Path) -> tuple[TrustList, StatusList]:
    office = open_office(folder)
    trust, status = office.read_trust_lists()
    office.store.close()
    assert not isinstance(trust, ListFault)
    return trust, status.find(build_status_uri(ISSUER, 1), {})


def test_a_new_key_signs_and_old_codes_stay_valid(clerk: Clerk, city: Path, code: str) -> None:
    before, _listed = lists(city)
    ran = clerk("--office", city, "licence", "rotate-key", ISSUER)
    assert (ran.code, ran.err, len(ran.lines)) == (0, "", 2)
    trust, listed = lists(city)
    assert trust.version == before.version + 1
    (new,) = (key for kid, key in trust.keys.items() if kid not in before.keys)
    assert new.public.kid.hex() in ran.lines[0]
    assert (new.issuer, new.types, listed.signer) == (ISSUER, next(iter(before.keys.values())).types, new)
    assert [index for index in range(LISTED) if listed.is_revoked(index)] == [3]
    fresh = clerk("--office", city, "licence", "issue", "stranger-card").out.strip()
    for text in (code, fresh):
        assert clerk("--office", city, "licence", "verify", text, "--json").json["result"] == "green"


@pytest.mark.many_cases
@pytest.mark.parametrize(("lifetime", "keep", "hours"), [("0.5", "2", 2), ("50", "2", 50)])
def test_the_old_key_is_trusted_until_its_last_code_has_expired(
    clerk: Clerk, city: Path, lifetime: str, keep: str, hours: int
) -> None:
    clerk("--office", city, "licence", "issue", "stranger-card", "--lifetime", lifetime)
    clerk("--office", city, "licence", "issue", "stranger-card", "--lifetime", "0.1")
    (old,) = lists(city)[0].keys
    assert clerk("--office", city, "licence", "rotate-key", ISSUER, "--keep", keep).code == 0
    until = lists(city)[0].keys[old].valid_until
    assert abs(until - datetime.now(UTC) - timedelta(hours=hours)) < timedelta(minutes=2)


def test_codes_of_a_stolen_key_are_rejected_at_once(clerk: Clerk, city: Path, code: str) -> None:
    assert clerk("--office", city, "licence", "rotate-key", ISSUER, "--stolen").code == 0
    ran = clerk("--office", city, "licence", "verify", code, "--json")
    assert (ran.code, ran.json["reason"]) == (1, "unknown-issuer")
    fresh = clerk("--office", city, "licence", "issue", "stranger-card").out.strip()
    assert clerk("--office", city, "licence", "verify", fresh, "--json").json["result"] == "green"


@pytest.mark.wide
def test_keys_can_be_rotated_repeatedly_and_expired_ones_leave_the_list(clerk: Clerk, city: Path) -> None:
    for _ in range(3):
        assert clerk("--office", city, "licence", "rotate-key", ISSUER, "--stolen").code == 0
    assert len(lists(city)[0].keys) == 1
    for _ in range(2):
        assert clerk("--office", city, "licence", "rotate-key", ISSUER).code == 0
    assert len(lists(city)[0].keys) == 3
    assert clerk("--office", city, "licence", "revoke", "stranger-card", "--reason", "lost").code == 0


@pytest.mark.many_cases
@pytest.mark.parametrize(("spoil", "message"), [("root.pem", "private key"), ("issuer.pem", "No key")])
def test_without_private_keys_no_key_is_rotated(clerk: Clerk, city: Path, spoil: str, message: str) -> None:
    (city / "keys" / spoil).unlink()
    assert message in clerk("--office", city, "licence", "rotate-key", ISSUER).refused
    assert lists(city)[0].version == 1


@pytest.mark.wide
def test_a_corrupted_file_of_expiries_is_explained(clerk: Clerk, city: Path, office: SampleOffice) -> None:
    (city / "keys" / "signed.json").write_text("[]")
    assert "signed.json" in clerk("--office", city, "licence", "issue", "stranger-card").refused


@pytest.mark.wide
def test_several_vectors_are_evaluated_one_line_each(clerk: Clerk, tmp_path: Path) -> None:
    good, bad, none = (tmp_path / f"{name}.json" for name in ("good", "bad", "none"))
    good.write_text(json.dumps(build_vector()), "utf-8")
    bad.write_text(json.dumps(build_vector(PREFIX="HC2:ABC")), "utf-8")
    none.write_text("[]", "utf-8")
    ran = clerk("licence", "verify", "--hcert", good, "--hcert", bad, "--json")
    assert (ran.code, ran.err) == (0, "")
    first, second = map(json.loads, ran.lines)
    assert (first["file"], first["found"]) == (str(good), first["expected"])
    assert second["found"]["EXPECTEDUNPREFIX"] is False
    assert second["found"]["EXPECTEDVERIFY"] is True
    read = clerk("licence", "verify", "--hcert", good, "--hcert", none, "--hcert", bad)
    assert read.code == 1
    assert "as expected" in read.lines[0]
    assert "no test vector" in read.lines[1]
    assert "EXPECTEDUNPREFIX" in read.lines[2]


def test_a_text_and_vectors_are_exclusive(clerk: Clerk, tmp_path: Path) -> None:
    for words in ((), ("hello", "--hcert", tmp_path / "x.json")):
        assert clerk("licence", "verify", *words).code == 2


def test_a_trust_list_is_published_by_two_administrators(
    clerk: Clerk, city: Path, office: SampleOffice, tmp_path: Path
) -> None:
    add = RegisterStaff(id="second", number="9002", name="李", role="administrator", pin_hash=pin_hash(), organ=None)
    office.door.perform(add, SYSTEM)
    first = office.select("staff", id="admin")[0]["number"]
    pin = tmp_path / "pin"
    pin.write_text(PIN)
    rotate = ("--office", city, "licence", "rotate-key", ISSUER, "--stolen")
    by_first = (*rotate, "--admin", first, "--admin-pin-file", pin)
    assert "two administrators" in clerk(*rotate).refused
    reference = clerk(*by_first).refused.split("confirm ")[1].split()[0]
    assert clerk(*by_first).code == 1
    assert lists(city)[0].version == 1
    confirm = ("--office", city, "staff", "confirm", reference, "--pin-file", pin, "--admin")
    assert clerk(*confirm, first).code == 1
    assert clerk(*confirm, "9002").code == 0
    assert clerk(*by_first).code == 0
    assert lists(city)[0].version == 2
    assert "second administrator" in clerk(*by_first).refused  # the confirmation was for one list
