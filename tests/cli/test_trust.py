"""`clerk trust`: root key, issuers, publication by two administrators, rotation, lists from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clerk_app.center.trust_lists import read_trust_lists
from clerk_app.ledger.replication.messages import TrustListFiles
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.list_versions import load_trust_lists
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.status_list import build_status_uri, pack_status_bits, sign_status_list
from clerk_app.licences.trust_list import TrustedKey, TrustList, sign_trust_list
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from clerk_app.sync.trust_lists import TrustListDownload
from tests.cli.conftest import Clerk, Ran
from tests.cli.test_licence import ISSUER, register
from tests.office import SampleOffice
from tests.sample_data import PIN, pin_hash

OTHER = "11310000002420688D"
POLICE = ("--name", "公安局/Police", "--type", "0101")

Trust = Callable[..., Ran]


@pytest.fixture
def city(office: SampleOffice) -> Path:
    """The folder of an office without root key and lists."""
    register(office, "stranger-card", "0101", 5)
    return office.office.folder


@pytest.fixture
def trust(clerk: Clerk, city: Path) -> Trust:
    """Runs `clerk trust WORDS...` in the office."""
    return lambda *words: clerk("--office", city, "trust", *words)


@pytest.fixture
def published(trust: Trust) -> Trust:
    """The same, after an issuer was published."""
    for words in (("init",), ("add-issuer", ISSUER, *POLICE), ("publish",)):
        assert trust(*words).code == 0
    return trust


def load(folder: Path) -> TrustList:
    """Load the published list."""
    found, _status = load_trust_lists(folder / "trust")
    assert not isinstance(found, ListFault)
    return found


def test_the_root_key_is_made_once_and_only_its_owner_can_read_it(trust: Trust, city: Path) -> None:
    first = trust("init")
    assert first.code == 0
    assert "two safe places" in first.out
    key = city / "keys" / "root.pem"
    assert key.stat().st_mode & 0o077 == 0
    private = key.read_bytes()
    (city / "trust" / "root.pem").unlink()  # a failure between the two files
    assert trust("init").lines[1] == first.lines[1]
    assert key.read_bytes() == private
    key.unlink()
    assert "kept elsewhere" in trust("init").refused


def test_a_code_is_verified_after_a_publication_and_not_before(trust: Trust, clerk: Clerk, city: Path) -> None:
    assert trust("init").code == 0
    assert trust("add-issuer", ISSUER, *POLICE).code == 0
    assert trust("add-issuer", ISSUER, *POLICE, "--type", "0104").code == 0  # the same key, one more type
    issue = ("--office", city, "licence", "issue", "stranger-card")
    assert clerk(*issue).code == 1
    assert trust("publish").lines == ["Version 1 of the trust list is published, with 1 issuers."]
    (listed,) = load(city).keys.values()
    assert (listed.issuer, listed.types) == (ISSUER, frozenset(("0101", "0104")))
    assert len(list((city / "keys").glob(f"{ISSUER}-*.pem"))) == 1
    assert all(path.stat().st_mode & 0o077 == 0 for path in (city / "keys").iterdir())
    code = clerk(*issue).out.strip()
    assert clerk("--office", city, "licence", "verify", code, "--json").json["result"] == "green"


def test_a_code_of_a_removed_issuer_is_refused_with_the_cause(published: Trust, clerk: Clerk, city: Path) -> None:
    code = clerk("--office", city, "licence", "issue", "stranger-card").out.strip()
    removed = published("remove-issuer", ISSUER, "--reason", "merged")
    assert (removed.code, "does not count from" in removed.out) == (0, True)
    refused = clerk("--office", city, "licence", "verify", code, "--json").json
    assert (refused["result"], refused["reason"]) == ("red", "issuer-removed")
    assert "removed, does not count from" in published("show").out
    assert published("show", "--json").json["version"] == 2
    assert "no issuer" in published("remove-issuer", ISSUER, "--reason", "again").refused
    assert published("remove-issuer", ISSUER, "--reason", "x", "--from", "tomorrow").code == 2


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("publish",), "Add an issuer first"),
        (("add-issuer", "11310000002420427M", *POLICE), "one character is wrong"),
        (("add-issuer", ISSUER, "--name", "公安局/Police", "--type", "9999"), "no type of licence 9999"),
        (("rotate", ISSUER), "no list of trusted issuers"),
        (("rotate", "root"), "no list of trusted issuers"),
        (("import", "office.toml"), "neither a trust list"),
        (("import", "missing.cose"), "missing.cose"),
    ],
    ids=["empty", "code", "type", "rotate", "root", "no list", "no file"],
)
def test_what_cannot_be_done_is_one_sentence(
    trust: Trust, city: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(city)
    assert trust("init").code == 0
    assert message in trust(*words).refused


def test_a_list_is_published_by_two_administrators_and_one_alone_is_marked(
    published: Trust, clerk: Clerk, city: Path, office: SampleOffice, tmp_path: Path
) -> None:
    assert "Publication of a trust list" in clerk("--office", city, "audit", "log", "--alone").out
    add = RegisterStaff(id="second", number="9002", name="李", role="administrator", pin_hash=pin_hash(), organ=None)
    office.door.perform(add, SYSTEM)
    pin = tmp_path / "pin"
    pin.write_text(PIN)
    assert published("add-issuer", OTHER, "--name", "住建委/Housing", "--type", "0104").code == 0
    assert "two administrators" in published("publish").refused
    by_first = ("publish", "--admin", office.select("staff", id="admin")[0]["number"], "--admin-pin-file", pin)
    reference = published(*by_first).refused.split("confirm ")[1].split()[0]
    confirmed = clerk("--office", city, "staff", "confirm", reference, "--pin-file", pin, "--admin", "9002")
    assert f"{OTHER} 住建委/Housing 0104" in confirmed.out
    assert published("add-issuer", OTHER, "--name", "住建委/Housing", "--type", "0101").code == 0
    assert "second administrator" in published(*by_first).refused  # another draft than the one confirmed
    assert published("add-issuer", OTHER, "--name", "住建委/Housing", "--type", "0104").code == 0
    assert published(*by_first).code == 0
    assert load(city).version == 2


def test_an_issuer_with_a_key_of_its_own_brings_its_status_list(published: Trust, city: Path, tmp_path: Path) -> None:
    now, key, uri = datetime.now(UTC), new_issuer_key(), build_status_uri(OTHER, 1)
    key.save_public(tmp_path / "housing.pem")
    add = ("add-issuer", OTHER, "--name", "住建委/Housing", "--type", "0104", "--public-key", tmp_path / "housing.pem")
    assert published(*add).code == published("publish").code == 0
    file = tmp_path / "list.cose"
    for signer, issued, code in ((key, now, 0), (key, now - timedelta(hours=1), 1), (new_issuer_key(), now, 1)):
        file.write_bytes(sign_status_list(uri, pack_status_bits([7], 16), signer, issued))
        assert published("import", file).code == code
    shown = {issuer["code"]: issuer for issuer in published("show", "--json").json["issuers"]}
    assert (shown[OTHER]["marked"], shown[OTHER]["keys"][0]["is_here"]) == (1, False)
    own = next((city / "trust" / "status").glob(f"{ISSUER}-1.cose")).read_bytes()
    file.write_bytes(own)
    assert "made here" in published("import", file).refused
    new_issuer_key().save_public(tmp_path / "next.pem")
    assert published("rotate", OTHER, "--public-key", tmp_path / "next.pem").code == 0
    assert len([listed for listed in load(city).keys.values() if listed.issuer == OTHER]) == 2


@pytest.mark.wide
def test_machines_follow_a_new_root_key_from_any_earlier_one(published: Trust, city: Path, tmp_path: Path) -> None:
    machine = tmp_path / "machine"
    source = _Lists(city / "trust")
    TrustListDownload(machine, source, lambda: 0.0).refresh()  # it enrolled before there was a root key
    assert load_trust_lists(machine)[0] == load(city)
    first = (machine / "root.pem").read_bytes()
    for version in (2, 3):
        assert published("rotate", "root").code == 0
        assert load(city).version == version
    TrustListDownload(machine, source, lambda: 0.0).refresh()
    assert (machine / "root.pem").read_bytes() == (city / "trust" / "root.pem").read_bytes() != first
    assert load_trust_lists(machine)[0] == load(city)
    forged = sign_trust_list(9, list(load(city).keys.values()), new_issuer_key(), datetime.now(UTC))
    (machine / "trust.cose").write_bytes(forged)
    assert isinstance(load_trust_lists(machine)[0], ListFault)


@pytest.mark.wide
def test_a_date_key_is_named_by_the_next_list_and_shown(published: Trust, city: Path, tmp_path: Path) -> None:
    made = published("date-key", tmp_path / "date.pem")
    assert (made.code, published("date-key", tmp_path / "again.pem").lines[0]) == (0, made.lines[0])
    added = published("add-date-key", tmp_path / "date.pem", "--days", "40")
    assert (added.code, added.lines[0]) == (0, made.lines[0])
    assert "date key 40d" in published("show").out
    assert published("publish").code == 0
    assert "dates the list until" in published("show").out
    assert load(city).date_key is not None
    assert published("add-date-key", tmp_path / "date.pem", "--days", "367").code == 2
    assert published("add-date-key", city / "office.toml").code == 1
    assert published("rotate", "root").code == 0
    assert load(city).date_key is not None


class _Lists:
    """A center whose lists are in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_trust_lists(self, tag: str) -> tuple[str, TrustListFiles]:
        del tag
        return "t", read_trust_lists(self._folder)


@pytest.mark.wide
def test_lists_of_an_authority_elsewhere_are_imported(trust: Trust, clerk: Clerk, city: Path, tmp_path: Path) -> None:
    root, issuer, now = new_issuer_key(), new_issuer_key(), datetime.now(UTC)
    root.save_public(tmp_path / "root.pem")
    list_file = tmp_path / "trust.cose"

    def write(version: int, signer: IssuerKey = root, issued: datetime = now) -> None:
        days = timedelta(days=40)
        key = TrustedKey(issuer.public, ISSUER, {"zh": "公安局", "en": "Police"}, now - days, now + days, frozenset())
        list_file.write_bytes(sign_trust_list(version, [key], signer, issued))

    write(5)
    assert "no list of trusted issuers" in trust("import", list_file).refused
    assert trust("import", list_file, "--root", tmp_path / "root.pem").code == 0
    assert "version 5" in trust("import", list_file).refused
    write(5, issued=now + timedelta(seconds=5))  # renewed
    assert trust("import", list_file).code == 0
    for version, signer in ((4, root), (6, new_issuer_key())):
        write(version, signer)
        assert trust("import", list_file).code == 1
    assert load(city).version == 5
    assert "kept elsewhere" in trust("init").refused
    doctor = clerk("--office", city, "doctor", "--json").json["checks"]
    (found,) = (check for check in doctor if check["name"] == "issuers")
    assert (found["level"], "Police" in found["found"]) == ("warning", True)  # its key ends within 60 days
