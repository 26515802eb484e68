"""`clerk licence`: issue, verify, show and revoke."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.visits import IdentifyPerson
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.identifiers import build_licence_number
from clerk_app.licences.repository import LicenceStatements, RegisterLicence
from clerk_app.licences.status_list import build_status_uri, pack_status_bits, sign_status_list
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import TrustedKey, sign_trust_list
from clerk_app.people import SYSTEM
from scanners import read_picture
from tests.cli.conftest import Clerk
from tests.office import SampleOffice, clerk_of_window
from tests.sample_data import CREDIT_CODE, PERSONS

ISSUER = "11310000002420426M"
TYPES = ("0101", "0104", "0301")
MOTHER = PERSONS["mother"].id_number
LISTED = 16  # size of the list before anything is revoked


def register(
    office: SampleOffice, name: str, kind: str, index: int, valid_to: str = "", *, issuer: str = ISSUER
) -> None:
    number = build_licence_number(issuer + "001", issuer, str(2026_000_000 + index))
    office.door.perform(
        RegisterLicence(
            id=name, licence_type=kind, identifier=number, holder="stranger", issuer="公安局", issuer_code=issuer,
            valid_from="2020-01-01", valid_to=valid_to, status_index=index,
            personal=LicenceStatements(claims={"name": "欧阳明", "sex": "男", "address": "示范路9号"}),
        ),
        SYSTEM,
    )  # fmt: skip


def sign_lists(folder: Path, root: IssuerKey, issuer: IssuerKey, written: datetime) -> None:
    """Publish the trust list and the status list."""
    names = {"zh": "公安局", "en": "Police"}
    year = timedelta(days=365)
    trusted = TrustedKey(issuer.public, ISSUER, names, written - year, written + year, frozenset(TYPES))
    lists = TrustFolder(folder)
    lists.save_trust_list(sign_trust_list(1, [trusted], root, written))
    # an index that was revoked before this repository existed
    lists.save_status_list(
        ISSUER, 1, sign_status_list(build_status_uri(ISSUER, 1), pack_status_bits([3], LISTED), issuer, written)
    )
    root.save_public(folder / "root.pem")


@pytest.fixture
def city(office: SampleOffice) -> Iterator[Path]:
    """The folder of an issuing office."""
    folder = office.office.folder
    settings = (folder / "office.toml").read_text("utf-8")
    (folder / "office.toml").write_text(settings.replace('code.example.cn/"', 'code.example.cn/{code}"'), "utf-8")
    register(office, "stranger-card", "0101", 5)
    register(office, "passport", "0104", LISTED + 2000)
    register(office, "old-card", "0101", 6, valid_to="2021-01-01")
    (folder / "keys").mkdir(mode=0o700)
    root, issuer = new_issuer_key(), new_issuer_key()
    root.save(folder / "keys" / "root.pem")
    issuer.save(folder / "keys" / "issuer.pem")
    sign_lists(folder / "trust", root, issuer, datetime.now(UTC) - timedelta(hours=1))
    yield folder
    office.close()


@pytest.fixture
def code(clerk: Clerk, city: Path) -> str:
    """A new code of the stranger's card."""
    ran = clerk("--office", city, "licence", "issue", "stranger-card")
    assert (ran.code, ran.err) == (0, "")
    return ran.out.strip()


def test_an_issued_code_is_green(clerk: Clerk, city: Path, code: str) -> None:
    ran = clerk("--office", city, "licence", "verify", code, "--json")
    assert ran.code == 0
    verified = ran.json
    assert (verified["format"], verified["result"], verified["reason"]) == ("EL1", "green", None)
    assert verified["claims"]["holder_name"] == "欧阳明"
    assert verified["claims"]["extra"] == {"sex": "男"}
    assert verified["claims"]["address"] == "示范路9号"
    assert verified["issuer"]["code"] == ISSUER
    assert set(verified["ages"]) == {"trust", "status"}


def test_the_text_output_names_the_holder_and_masks_the_number(clerk: Clerk, city: Path, code: str) -> None:
    ran = clerk("--office", city, "licence", "verify", code)
    assert ran.lines[0] == "Green: proved."
    assert "欧阳明" in ran.lines[1]
    assert PERSONS["stranger"].id_number not in ran.out


def test_a_code_is_read_from_standard_input(
    clerk: Clerk, city: Path, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"  {code}\r\n"))
    assert clerk("--office", city, "licence", "verify", "-", "--json").json["result"] == "green"


def test_without_an_office_a_folder_of_lists_suffices_and_reuse_warns(clerk: Clerk, city: Path, code: str) -> None:
    ran = clerk("licence", "verify", code, "--trust", city / "trust", "--json")
    assert (ran.code, ran.json["result"], ran.json["reason"]) == (0, "amber", "reuse-not-checked")


def test_a_code_shown_at_a_window_today_is_amber(clerk: Clerk, city: Path, code: str, office: SampleOffice) -> None:
    office.clock.now = int(datetime.now(UTC).timestamp()) * 1_000_000
    visit = office.door.perform(ServeWalkIn(window="w1"), clerk_of_window("w1")).visit
    cti = clerk("--office", city, "licence", "verify", code, "--json").json["claims"]["cti"]
    office.door.perform(
        IdentifyPerson(visit=visit, person="stranger", result="green", notes="", code_key=cti, since=0),
        clerk_of_window("w1"),
    )
    ran = clerk("--office", city, "licence", "verify", code, "--json")
    assert (ran.code, ran.json["result"], ran.json["reason"]) == (0, "amber", "shown-before")


def test_a_code_is_verified_at_the_given_time(clerk: Clerk, city: Path, code: str) -> None:
    later = (datetime.now(UTC) + timedelta(hours=25)).isoformat(timespec="minutes")
    ran = clerk("--office", city, "licence", "verify", code, "--at", later, "--json")
    assert (ran.code, ran.json["reason"]) == (1, "expired")
    before = (datetime.now(UTC) - timedelta(hours=25)).strftime("%Y-%m-%d")
    assert clerk("--office", city, "licence", "verify", code, "--at", before, "--json").code == 1


def test_a_code_has_the_given_lifetime(clerk: Clerk, city: Path) -> None:
    text = clerk("--office", city, "licence", "issue", "stranger-card", "--lifetime", "0.5").out.strip()
    claims = clerk("--office", city, "licence", "verify", text, "--json").json["claims"]
    lived = datetime.fromisoformat(claims["expires_at"]) - datetime.fromisoformat(claims["issued_at"])
    assert lived == timedelta(minutes=30)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("EL1:", "EL1", "bad-structure"),
        ("EL1:%%%", "EL1", "bad-structure"),
        ("EL1:" + "A" * 9000, "EL1", "too-long"),
        ("EL1:\x1b[2J", "EL1", "bad-base45"),
        ("hello", "unknown", "unknown"),
        ("", "unknown", "unknown"),
        (MOTHER, "id-number", "not-proof"),
        (CREDIT_CODE, "credit-code", "not-proof"),
        ("123456789012", "case-number", "not-proof"),
        ("HC1:ABC", "explained", "not-accepted-here"),
        ("https://elsewhere.example/x", "unknown", "unknown"),
    ],
)
def test_other_texts_are_red(clerk: Clerk, city: Path, text: str, form: str, reason: str) -> None:
    ran = clerk("--office", city, "licence", "verify", text, "--json")
    assert ran.code == 1
    assert (ran.json["format"], ran.json["result"], ran.json["claims"]) == (form, "red", None)
    assert ran.json["reason"] == reason or reason == "bad-structure"
    plain = clerk("--office", city, "licence", "verify", text)
    assert (plain.code, plain.err, len(plain.lines)) == (1, "", 1)


def test_without_lists_every_code_is_red(clerk: Clerk, city: Path, code: str, tmp_path: Path) -> None:
    ran = clerk("licence", "verify", code, "--trust", tmp_path / "nowhere", "--json")
    assert (ran.code, ran.json["reason"]) == (1, "trust-missing")
    (city / "trust" / "root.pem").unlink()
    assert clerk("--office", city, "licence", "verify", code, "--json").json["reason"] == "trust-missing"


def test_a_revoked_licence_is_red_and_no_code_is_issued_for_it(clerk: Clerk, city: Path, code: str) -> None:
    ran = clerk("--office", city, "licence", "revoke", "stranger-card", "--reason", "lost")
    assert (ran.code, ran.err) == (0, "")
    assert clerk("--office", city, "licence", "verify", code, "--json").json["reason"] == "revoked"
    assert "revoked" in clerk("--office", city, "licence", "issue", "stranger-card").refused
    assert clerk("--office", city, "db", "rebuild", "--check").code == 0


def test_a_new_status_list_keeps_earlier_revocations(clerk: Clerk, city: Path) -> None:
    passport = clerk("--office", city, "licence", "issue", "passport").out.strip()
    assert clerk("--office", city, "licence", "verify", passport, "--json").json["reason"] == "status-missing"
    clerk("--office", city, "licence", "revoke", "stranger-card", "--reason", "lost")
    assert clerk("--office", city, "licence", "verify", passport, "--json").json["result"] == "green"
    opened = open_office(city)
    _trust, status = opened.read_trust_lists()
    opened.store.close()
    listed = status.find(build_status_uri(ISSUER, 1), {})
    assert [index for index in range(LISTED) if listed.is_revoked(index)] == [3, 5]


def test_a_licence_is_found_by_its_holders_number_and_type(clerk: Clerk, city: Path) -> None:
    number = PERSONS["stranger"].id_number
    several = clerk("--office", city, "licence", "issue", number).refused
    assert "stranger-card" in several
    assert "passport" in several
    assert clerk("--office", city, "licence", "issue", number, "--type", "0104").out.startswith("EL1:")


@pytest.mark.parametrize(
    ("who", "message"),
    [("nobody", "no such licence"), ("old-card", "2021-01-01"), ("driving", "No key"), ("birth", "holder")],
)
def test_a_code_that_cannot_be_issued_is_explained(clerk: Clerk, city: Path, who: str, message: str) -> None:
    assert message in clerk("--office", city, "licence", "issue", who).refused


def test_a_key_file_that_others_can_read_is_not_used(clerk: Clerk, city: Path) -> None:
    (city / "keys" / "issuer.pem").chmod(0o644)
    assert "chmod 600" in clerk("--office", city, "licence", "issue", "stranger-card").refused
    assert "chmod 600" in clerk("--office", city, "licence", "revoke", "stranger-card", "--reason", "lost").refused
    (city / "keys" / "issuer.pem").chmod(0o600)
    assert clerk("--office", city, "licence", "issue", "stranger-card").code == 0


def test_an_unknown_licence_cannot_be_revoked(clerk: Clerk, city: Path) -> None:
    assert "nobody" in clerk("--office", city, "licence", "revoke", "nobody", "--reason", "lost").refused


def test_a_picture_of_a_code_is_read_back(clerk: Clerk, city: Path, tmp_path: Path) -> None:
    picture = tmp_path / "code.png"
    text = clerk("--office", city, "licence", "issue", "stranger-card", "--png", picture).out.strip()
    assert [code.text for code in read_picture(picture)] == [text]
    assert clerk("licence", "show", "hello", "--png", picture).code == 0
    assert [code.text for code in read_picture(picture)] == ["hello"]
    nowhere = tmp_path / "nowhere" / "code.png"
    assert str(nowhere) in clerk("licence", "show", "hello", "--png", nowhere).refused


def test_a_code_is_shown_in_half_blocks(clerk: Clerk) -> None:
    ran = clerk("licence", "show", "hello")
    assert ran.code == 0
    assert "▀" in ran.out
    assert len({len(line) for line in ran.lines}) == 1


@pytest.mark.parametrize(("text", "message"), [("", "no text"), ("x" * 5000, "too long")])
def test_a_text_that_is_too_long_for_a_code_is_explained(clerk: Clerk, text: str, message: str, tmp_path: Path) -> None:
    assert message in clerk("licence", "show", text).refused
    assert message in clerk("licence", "show", text, "--png", tmp_path / "x.png").refused


def test_binary_standard_input_is_explained(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\x00"), encoding="utf-8"))
    assert "not text" in clerk("licence", "show", "-").refused
