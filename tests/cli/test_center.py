"""`clerk center`: invite, list and exclude nodes."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY
from clerk_app.cli.office_access import opened_office
from clerk_app.composition.office import open_office
from clerk_app.hall.windows import parse_categories
from clerk_app.ledger.machine_keys import SigningKey, write_signing_key
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.people import SYSTEM
from clerk_app.roles.hall_names import category_names
from tests.cli.conftest import Clerk
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL, SITE
from tests.sample_node import SampleNode, run_center


@pytest.fixture
def pin(tmp_path: Path) -> Path:
    file = tmp_path / "pin"
    file.write_text("24681357\n")
    return file


def test_a_new_center_has_its_own_organ_and_knows_its_lives_apart(clerk: Clerk, pin: Path, tmp_path: Path) -> None:
    words = ("--name", "新区/New", "--admin", "1", "--admin-name", "王主任", "--pin-file", pin, "--centre", "c-new")
    assert clerk("center", "init", tmp_path / "c", *words).code == 0
    with opened_office(tmp_path / "c") as office, office.store.read() as tx:
        node, windows = tx.get("nodes", here=True), tx.select("windows")
        organ, admin = tx.get("organs", id="c-new"), tx.get("staff", number="1")
    assert node is not None
    assert (node["kind"], len(node["epoch"]) >= 12) == ("center", True)
    assert organ is not None
    assert organ["name_zh"] == "新区"
    assert windows == []  # invitations name and register them
    assert admin is not None
    assert admin["organ"] == "c-new"
    assert clerk("center", "init", tmp_path / "d", "--name", "x").code == 2
    assert "is not empty" in clerk("center", "init", tmp_path / "c", *words).refused


@pytest.mark.wide
def test_a_center_without_its_key_is_refused_and_no_file_is_written(clerk: Clerk, pin: Path, tmp_path: Path) -> None:
    folder, staff = tmp_path / "c", ("staff", "add", "2", "李窗口", "--role", "clerk", "--pin-file", pin)
    words = ("--name", "新区/New", "--admin", "1", "--admin-name", "王主任", "--pin-file", pin)
    assert clerk("center", "init", folder, *words).code == 0
    keys = folder / "keys"
    keys.rename(tmp_path / "kept")
    for command in (("center",), ("center", "invite", "--name", "x", "--window", "w1"), ("center", "rotate-key")):
        assert "center.key is missing" in clerk("--office", folder, *command, "--folder", folder).refused
    assert clerk("--office", folder, *staff).code == 0  # makes no checkpoint
    assert not keys.exists()
    keys.mkdir(0o700)
    write_signing_key(keys / "center.key", SigningKey.generate())
    assert "is not the key of this center" in clerk("center", "--folder", folder).refused
    assert [path.name for path in keys.iterdir()] == ["center.key"]


@pytest.mark.wide
def test_an_invited_window_has_the_name_of_its_invitation_and_serves_every_category_of_the_catalogue(
    clerk: Clerk, pin: Path, tmp_path: Path
) -> None:
    folder, only_a = tmp_path / "c", ("--category", "A=个人事务/Personal affairs")
    words = ("--name", "新区/New", "--admin", "1", "--admin-name", "王主任", "--pin-file", pin, *only_a)
    assert clerk("center", "init", folder, *words).code == 0
    assert clerk("--office", folder, "office", "check").code == 0
    assert clerk("center", "invite", "--folder", folder, "--name", "1号窗口/Window 1", "--window", "1").code == 0
    with opened_office(folder) as office, office.store.read() as tx:
        (window,) = tx.select("windows")
        names = category_names(office)
    assert (window["name"], window["hall"], window["organ"]) == ("1号窗口/Window 1", "1", "centre")
    assert parse_categories(window["categories"]) == names.keys() == {"A", "B", "C"}
    assert names["B"] == "Enterprises"


@pytest.mark.wide
def test_the_sample_city_is_a_center_whose_staff_works_there(clerk: Clerk, tmp_path: Path) -> None:
    assert clerk("center", "init", "--sample", tmp_path / "city").code == 0
    office = open_office(tmp_path / "city")
    with office.store.read() as tx:
        assert {row["organ"] for row in tx.select("windows")} == {"centre"}
        assert {row["organ"] for row in tx.select("staff") if row["role"] in ("clerk", "kiosk")} == {"centre"}
    assert find_faults(office.store) == []
    office.store.close()


def test_windows_are_invited_listed_and_shut_out(clerk: Clerk, office: SampleOffice) -> None:
    folder = office.office.folder
    invited = clerk("center", "invite", "--folder", folder, "--name", "9号窗口", "--window", "w9", "--organs", "centre")
    assert invited.code == 0
    code = invited.lines[-1]
    assert len(code) == 44
    kept = office.select("invitations")
    assert [row["name"] for row in kept] == ["9号窗口"]
    assert code not in str(kept)
    assert [row["organ"] for row in office.select("windows", id="w9")] == ["centre"]
    for wrong in (("--organs", "shoes"), ()):  # these settings name no centre
        words = ("center", "invite", "--folder", folder, "--name", "x", "--window", "w1", *wrong)
        assert "There are:" in clerk(*words).refused
    words = ("center", "invite", "--folder", folder, "--name", "x", "--window", "w1", "--organs", "centre")
    assert clerk(*words, "--minutes", "0").code == 2
    listed = clerk("center", "nodes", "--folder", folder)
    assert [line.split()[0] for line in listed.lines] == ["id", "center-1"]
    assert listed.lines[1].endswith("this center")
    assert "no node" in clerk("center", "shut", "--folder", folder, "n1", "--reason", "lost").refused


FEED = ("--source", "population", "--rows", "person")


@pytest.mark.wide
@pytest.mark.parametrize("kind", [("supervisor",), ("issuer", *FEED)], ids=["supervisor", "feed"])
def test_a_center_with_two_administrators_needs_both_for_a_wide_invitation(
    clerk: Clerk, pin: Path, tmp_path: Path, kind: tuple[str, ...]
) -> None:
    folder = tmp_path / "c"
    words = ["--name", "新区/New", "--admin", "1", "--admin-name", "王主任", "--pin-file", pin, "--centre", "c-new"]
    one = clerk("center", "init", tmp_path / "one", *words)
    assert "has one administrator" in one.out
    second = ("--second-admin", "2", "--second-admin-name", "李主任", "--second-pin-file", pin)
    made = clerk("center", "init", folder, *words, *second)
    assert made.code == 0
    assert "has one administrator" not in made.out
    invite = ["center", "invite", "--folder", folder, "--name", "x", "--kind", *kind]
    assert "--admin" in clerk(*invite).refused
    by_first = ("--admin", "1", "--admin-pin-file", pin)
    reference = clerk(*invite, *by_first).refused.split("confirm ")[1].split()[0]
    confirm = ["--office", folder, "staff", "confirm", reference, "--pin-file", pin, "--admin"]
    assert clerk(*confirm, "1").code == 1
    assert clerk(*confirm, "2").code == 0
    assert len(clerk(*invite, *by_first).lines[-1]) == 44


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "wrong",
    [("--kind", "counter", "--window", "w1", *FEED), ("--kind", "issuer", "--source", "x"), ("--again", "n1", *FEED)],
)
def test_a_feed_needs_a_new_machine_of_an_issuer_a_source_and_rows(
    clerk: Clerk, office: SampleOffice, wrong: tuple[str, ...]
) -> None:
    assert clerk("center", "invite", "--folder", office.office.folder, "--name", "x", *wrong).code == 2


@pytest.mark.wide
def test_a_second_administrator_compares_the_digest_of_a_catalogue(clerk: Clerk, pin: Path, tmp_path: Path) -> None:
    words = ("--name", "新区/New", "--admin", "1", "--admin-name", "王主任", "--pin-file", pin)
    second = ("--second-admin", "2", "--second-admin-name", "李主任", "--second-pin-file", pin)
    assert clerk("center", "init", tmp_path / "c", *words, *second).code == 0
    city = Path(shutil.copytree(SAMPLE_CITY, tmp_path / "city"))
    settings = city / "catalogue.yaml"
    settings.write_text(settings.read_text("utf-8").replace("version: 3", "version: 99", 1), "utf-8")
    digest = clerk("catalogue", "check", city).lines[-1].split()[-1]
    publish = ("--office", tmp_path / "c", "catalogue", "publish", city, "--admin", "1")
    assert "--admin-pin-file FILE" in clerk(*publish).refused
    reference = clerk(*publish, "--admin-pin-file", pin).refused.split("confirm ")[1].split()[0]
    shown = clerk("--office", tmp_path / "c", "staff", "confirm", reference, "--admin", "2", "--pin-file", pin)
    assert f"SHA-256 {digest}" in shown.out
    assert len(shown.out) < 1_000
    assert clerk(*publish, "--admin-pin-file", pin).code == 0


def test_the_list_of_nodes_says_what_each_is_where_it_stands_and_when_it_was_seen(
    clerk: Clerk, office: SampleOffice
) -> None:
    with run_center(office.office) as running:
        window = running.join()
        window.request("POST", "/v1/pull", b"{}", user_agent="clerk/1.2.3")
        window.pull()
        kiosk = SampleNode.enrol(running.client, running.invite(window="", kind="kiosk"))
    folder = office.office.folder
    assert clerk("center", "shut", "--folder", folder, kiosk.enrolled.node, "--reason", "stolen").code == 0
    listed = {node["id"]: node for node in clerk("center", "nodes", "--folder", folder, "--json").json["nodes"]}
    found = listed[window.enrolled.node]
    assert (found["kinds"], found["hall"], found["window"], found["organs"]) == (["window"], HALL, "w1", [SITE])
    assert (found["version"], found["state"]) == ("1.2.3", "admitted")
    assert datetime.fromisoformat(found["last_seen"]) > datetime(2020, 1, 1, tzinfo=UTC)
    assert listed[kiosk.enrolled.node]["state"] == "excluded"
    lines = clerk("center", "nodes", "--folder", folder).lines
    assert any(line.startswith(kiosk.enrolled.node) and line.endswith("excluded") for line in lines)


@pytest.mark.wide
def test_the_wait_for_a_silent_machine_after_a_restore_is_listed_and_ended(clerk: Clerk, office: SampleOffice) -> None:
    with run_center(office.office) as running:
        node = running.join().enrolled.node
    folder = office.office.folder
    end = ("center", "end-wait", "--folder", folder, node, "--reason", "its disk is lost")
    assert f"does not wait for the machine {node}" in clerk(*end).refused
    assert clerk("center", "begin-epoch", "--folder", folder, "--reason", "failover").code == 0
    listed = {row["id"]: row for row in clerk("center", "nodes", "--folder", folder, "--json").json["nodes"]}
    assert listed[node]["awaited_until"] > listed[node]["last_seen"]
    assert "awaited since the restore" in next(
        line for line in clerk("center", "nodes", "--folder", folder).lines if line.startswith(node)
    )
    assert clerk(*end).lines == [f"The center does not wait for {node} any more."]
    assert "awaited" not in clerk("center", "nodes", "--folder", folder).out
    assert b"its disk is lost" in office.select("ledger_entries", kind="EndWait", outcome="done")[0]["command"]


@pytest.mark.wide
def test_what_is_no_center_is_not_served(clerk: Clerk, tmp_path: Path) -> None:
    assert "office.toml is missing" in clerk("center", "--folder", tmp_path).refused


def test_the_machine_of_an_issuing_organ_is_admitted_to_a_feed_and_listed(clerk: Clerk, office: SampleOffice) -> None:
    office.door.perform(EnrolNode(node="n1", name="n1", node_kind="issuer", organs=("centre",)), SYSTEM)
    feed = ("center", "feed", "--folder", office.office.folder)
    assert "issuers" in clerk(*feed, "n1", "--source", "police", "--rows", "person,0101").refused
    words = ("--source", "police", "--rows", "person,0101", "--issuer-code", "11310000002420426M")
    assert clerk(*feed, "n1", *words).code == 0
    assert "0101" in clerk(*feed, "n1", "--source", "police", "--rows", "shoe").refused
    assert clerk(*feed).lines[1].split() == ["n1", "police", "person,", "0101", "11310000002420426M"]
