"""An excluded machine stays excluded after a restore, and its honest entries are not lost with it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import msgspec
import pytest

from clerk_app.center.kept_entries import KeptResult, keep_entries, perform_released
from clerk_app.center.shut_list import SHUT_LIST_FILE, ShutList
from clerk_app.cli import main
from clerk_app.composition.office import open_office
from clerk_app.errors import BadData, Refused
from clerk_app.hall.visits import ConfirmPerson
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.machine_keys import SigningKey, encode_base64url
from clerk_app.ledger.node_keys import RegisterNodeKey, node_key_statement
from clerk_app.ledger.nodes import ShutNode
from clerk_app.ledger.replication.messages import EntryMessage, ErrorBody, PushRequest, compute_batch_digest
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from clerk_app.roles.rejected_work import read_rejected_acceptances
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.center_trust import MachineCredentials
from clerk_app.sync.outbox import next_push_request
from tests.fast_pins import hash_pin_fast
from tests.office import SampleOffice, find_faults
from tests.sample_data import PIN
from tests.sample_node import RunningCenter, SampleNode, enrol_request, pause_entry, run_center
from tests.sync.city import City, SampleWindow

NOW_FIELDS = {"incarnation": 1, "epoch": "first", "sent_at": 0, "cursors": {}}


@pytest.fixture
def window(city: City) -> SampleWindow:
    """A window with a key pair, at which clerk-1 has signed in."""
    joined = city.join("n1", window="w1")
    joined.use_machine_key(city)
    verify_here(joined.office, "1000", PIN, "w1")
    return joined


def accept_cut_off(window: SampleWindow) -> tuple[str, PushRequest]:
    """Accept a case without the center; return its number and the request that sends it."""
    window.client.flush()
    prepared = window.prepare_birth()
    window.transport.down = True
    number = window.accept(prepared)
    with window.store.read() as tx:
        push = next_push_request(tx, window.office.door.rules, NOW_FIELDS)
    assert push is not None
    return number, push


def run(*words: object) -> int:
    return main(["--language", "en", *map(str, words)])


def error_of(node: SampleNode, *states: str) -> ErrorBody:
    """The error for a push of entries that set the window's state."""
    push = node.build_push(*(pause_entry(state=state) for state in states))
    response = node.post("push", msgspec.json.encode(push))
    assert response.status_code == 403
    return msgspec.json.decode(response.content, type=ErrorBody)


@pytest.mark.wide
def test_a_restore_from_before_the_exclusion_readmits_nobody(office: SampleOffice, tmp_path: Path) -> None:
    folder, restored = office.office.folder, tmp_path / "restored"
    with run_center(office.office) as running:
        early = running.join()
        code = running.invite(window="w2")
        assert run("--office", folder, "db", "backup", tmp_path / "backups") == 0
        late = SampleNode.enrol(running.client, code)
        for node in (early, late):
            node.pull()
            assert run("center", "shut", "--folder", folder, node.enrolled.node, "--reason", "stolen") == 0
    (backup,) = (tmp_path / "backups").glob("*.db")
    copytree(folder / "keys", restored / "keys")
    assert run("--office", restored, "db", "restore", backup) == 0
    opened = open_office(restored, clock=office.clock)
    try:
        assert [row["shut"] for row in SampleOffice(opened, office.clock).select("nodes", id=early.enrolled.node)] == [
            False
        ]
        with run_center(opened) as running:
            early.client = running.client
            assert early.request("POST", "/v1/pull", b"{}").status_code == 403
            again = enrol_request(code, late.signer.credentials.key)
            answer = running.client.post("/v1/enrol", content=msgspec.json.encode(again))
            assert msgspec.json.decode(answer.content, type=ErrorBody).reason == "shut"
    finally:
        opened.store.close()
    assert run("center", "nodes", "--folder", restored) == 0
    (row,) = SampleOffice(open_office(restored), office.clock).select("nodes", id=early.enrolled.node)
    assert row["shut"]


@pytest.mark.wide
def test_a_list_that_was_altered_is_not_believed(office: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    folder = office.office.folder
    with run_center(office.office) as running:
        node = running.join().enrolled.node
        assert run("center", "shut", "--folder", folder, node, "--reason", "stolen") == 0
    file = folder / "keys" / SHUT_LIST_FILE
    file.write_bytes(file.read_bytes().replace(node.encode(), b"n00000000"))
    with pytest.raises(BadData):
        ShutList(folder, SigningKey.generate()).read()
    assert run("center", "nodes", "--folder", folder) == 1
    assert "list of excluded machines" in capsys.readouterr().err


def test_two_administrators_release_what_a_stolen_machine_had_not_sent(
    office: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, pin = office.office.folder, tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    with run_center(office.office) as running:
        window = running.join()
        window.pull()
        assert run("center", "shut", "--folder", folder, window.enrolled.node, "--reason", "stolen") == 0
        for kept, states in ((2, ("paused", "open")), (3, ("paused", "open", "paused"))):  # sent again, and more
            assert error_of(window, *states).facts["kept"] == str(kept)
        assert window.request("POST", "/v1/pull", b"{}").status_code == 403
    assert office.select("ledger_entries", node=window.enrolled.node) == []  # nothing was performed
    second = RegisterStaff(id="b", number="900b", name="b", role="administrator", pin_hash=hash_pin_fast(PIN))
    office.door.perform(second, SYSTEM)
    first = office.select("staff", id="admin")[0]["number"]
    words = ["center", "release", "--folder", folder, window.enrolled.node]
    capsys.readouterr()
    assert run(*words) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    release = [*words, "--until", "2030-01-01", "--pin-file", pin, "--admin"]
    assert run(*release, first) == 1
    reference = capsys.readouterr().err.split("confirm ")[1].split()[0]
    assert run(*release, first) == 1  # the same person twice is one person
    confirm = ["--office", folder, "staff", "confirm", reference, "--pin-file", pin, "--admin"]
    assert run(*confirm, first) == 1
    assert run(*confirm, "900b") == 0
    assert run(*release, first) == 0
    assert "Applied: 3" in capsys.readouterr().out
    assert len(office.select("ledger_entries", node=window.enrolled.node)) == 3
    assert {row["entry"] for row in office.select("kept_entries")} == {None}
    assert run(*release, first) == 1  # nothing is kept any more
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_an_excluded_machine_hands_in_with_the_key_that_a_thief_has_replaced(
    office: SampleOffice, served: RunningCenter
) -> None:
    window, new, next_key = served.join(), SigningKey.generate(), SigningKey.generate()
    node, current = window.enrolled.node, window.signer.credentials.key
    assert current is not None
    for key, endorser in ((new, current), (next_key, new)):
        statement = node_key_statement(node, key.public.text)
        proof, endorsement = encode_base64url(key.sign(statement)), encode_base64url(endorser.sign(statement))
        window.call(
            RegisterNodeKey(node=node, public_key=key.public.text, proof=proof, endorsement=endorsement), SYSTEM
        )
        if key is new:  # the thief uses it before the exclusion, the next one afterwards
            window.signer.credentials = MachineCredentials(node, new, 2)
            window.pull()
    office.door.perform(ShutNode(node=node, reason="stolen"), SYSTEM)
    window.signer.credentials = MachineCredentials(node, next_key, 3)
    assert error_of(window, "open").reason == "shut"
    window.signer.credentials = MachineCredentials(node, current, 1)
    assert error_of(window, "open", "paused").facts["kept"] == "2"
    assert office.select("nodes", id=node)[0]["key_number"] == 2


@pytest.mark.wide
def test_a_backup_whose_signatures_were_changed_is_not_restored(
    office: SampleOffice, served: RunningCenter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    window = served.join()
    window.pull()
    window.push(pause_entry())
    assert run("--office", office.office.folder, "db", "backup", tmp_path / "backups") == 0
    (backup,) = (tmp_path / "backups").glob("*.db")
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE ledger_entries SET signature = NULL, statement = NULL, session = NULL")
        connection.commit()
    assert run("--office", tmp_path / "restored", "db", "restore", backup) == 1
    assert "was altered" in capsys.readouterr().err


def test_one_administrator_releases_nothing(
    office: SampleOffice, served: RunningCenter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    window = served.join()
    window.pull()
    folder = office.office.folder
    assert run("center", "shut", "--folder", folder, window.enrolled.node, "--reason", "stolen") == 0
    error_of(window, "paused")
    number = office.select("staff", id="admin")[0]["number"]
    words = ("--until", "2030-01-01", "--admin", number, "--pin-file", pin)
    assert run("center", "release", "--folder", folder, window.enrolled.node, *words) == 1
    assert "two administrators" in capsys.readouterr().err
    assert [row["state"] for row in office.select("kept_entries")] == ["kept"]


@pytest.mark.wide
def test_receipts_from_before_the_theft_are_cases_and_later_ones_are_work_for_the_supervisor(
    city: City, window: SampleWindow
) -> None:
    accept_birth = window.prepare_birth()
    window.transport.down = True
    honest = window.accept(accept_birth)
    stolen_at = window.office.now
    window.clock.now += 3_600_000_000
    later = window.accept_road()
    center = city.center
    with window.store.read() as tx:
        push = next_push_request(tx, window.office.door.rules, NOW_FIELDS)
    assert push is not None
    assert keep_entries(city.authority, "n1", push) == (len(push.entries), 0)
    assert center.select("cases") == []
    result = perform_released(city.authority, "n1", stolen_at)
    assert (result.refused, result.waiting) == (0, 0)
    assert [row["number"] for row in center.select("cases")] == [honest]
    assert center.select("objections") == []
    (rejected,) = center.select("rejected_acceptances", kind="AcceptCase")
    assert (rejected["number"], rejected["reason"], rejected["state"]) == (later, "stolen", "open")
    with center.store.read() as tx:
        work = read_rejected_acceptances(tx, "Asia/Shanghai", center.office.now)
    assert [item.case_number for item in work if item.case_number] == [later]


@pytest.mark.wide
def test_entries_of_a_thief_displace_no_receipts_of_the_excluded_machine(
    city: City, window: SampleWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, push = accept_cut_off(window)
    stolen_at = window.office.now
    authority, late = city.authority, msgspec.structs.replace(pause_entry(), said_at=stolen_at + 3_600_000_000)

    def send(first: int, *entries: EntryMessage) -> KeptResult:
        digest = compute_batch_digest(entries)
        sent = msgspec.structs.replace(push, first=first, entries=entries, batch_digest=digest, sessions={})
        return keep_entries(authority, "n1", sent)

    monkeypatch.setattr("clerk_app.center.kept_entries.MAX_ENTRIES", len(push.entries) + 2)
    send(push.first, *[late] * (len(push.entries) + 2))  # unsigned, under the numbers of the honest entries
    with pytest.raises(Refused):
        send(push.first + 100, late)
    send(push.first + 1, late)  # they have the lowest numbers, and are kept instead of the last ones
    assert max(row["number"] for row in city.center.select("kept_entries")) == push.first + len(push.entries) + 1
    assert keep_entries(authority, "n1", push).fork == 0
    result = perform_released(authority, "n1", stolen_at)
    assert [row["number"] for row in city.center.select("cases")] == [honest]
    assert result.applied == len(push.entries)


@pytest.mark.wide
def test_an_excluded_machine_whose_numbers_a_copy_has_used_goes_on_under_new_ones(
    city: City, window: SampleWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, push = accept_cut_off(window)
    for number in range(push.first, push.first + 3):  # the copy is recorded before the exclusion
        copied = (pause_entry(),)
        city.authority.push(
            city.center.select("nodes", id="n1")[0],
            msgspec.structs.replace(
                push, first=number, entries=copied, batch_digest=compute_batch_digest(copied), sessions={}
            ),
        )

    def refuse(push: PushRequest) -> None:
        kept = keep_entries(city.authority, "n1", push)
        raise Refused("shut", "x", kept=kept.total, fork=kept.fork)

    monkeypatch.setattr(window.transport, "push", refuse)
    with pytest.raises(Refused):
        window.client.flush()
    assert {row["incarnation"] for row in city.center.select("kept_entries")} == {2}
    perform_released(city.authority, "n1", window.office.now)
    assert [row["number"] for row in city.center.select("cases")] == [honest]


@pytest.mark.wide
def test_an_excluded_machine_sends_all_that_it_had_not_sent(
    city: City, window: SampleWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for state in ("paused", "open", "paused", "open", "paused"):
        window.office.door.perform(SetWindowState(window="w1", state=state), "clerk-1")
    kept: list[int] = []

    def refuse(push: PushRequest) -> None:
        kept.append(keep_entries(city.authority, "n1", push).total)
        raise Refused("shut", "x", kept=kept[-1])

    monkeypatch.setattr("clerk_app.sync.outbox.MAX_ENTRIES", 2)
    monkeypatch.setattr(window.transport, "push", refuse)
    for expected in ([2, 4, 5], [2, 4, 5, 5, 5, 5]):
        with pytest.raises(Refused):
            window.client.flush()
        assert kept == expected


@pytest.mark.wide
def test_an_excluded_machine_hands_in_what_a_restored_center_has_lost(
    city: City, window: SampleWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window.client.flush()
    city.center.take_ticket()
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    window.client.flush()
    window.call_next()  # a call: an excluded machine cannot send it again
    visit = window.open_visit_at()
    window.identify(visit, "mother", "clerk-1")
    window.door.perform(ConfirmPerson(visit=visit), "clerk-1")
    window.client.flush()
    prepared = window.prepare_birth(visit=visit)
    answered = window.accept(prepared)
    window.client.flush()
    unsent, _push = accept_cut_off(window)
    city.restore_center(tmp_path / "backup.db")
    city.center.door.perform(ShutNode(node="n1", reason="stolen"), SYSTEM)
    (own,) = city.center.select("nodes", here=True)

    def keep(push: PushRequest) -> None:
        raise Refused("shut", "x", kept=keep_entries(city.authority, "n1", push).total, epoch=own["epoch"])

    monkeypatch.setattr(window.transport, "push", keep)
    window.transport.down = False
    for _try in range(2):
        with pytest.raises(Refused):
            window.client.flush()
    result = perform_released(city.authority, "n1", window.office.now)
    assert (result.rejected, result.waiting) == (0, 0)
    assert {row["number"] for row in city.center.select("cases")} == {answered, unsent}
    assert city.center.select("rejected_acceptances", kind="AcceptCase") == []
