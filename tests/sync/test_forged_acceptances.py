"""Acceptances that no honest window sends: rejected, kept outside every queue, and stopping nobody."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from clerk_app.cases.intake.accepted_case import Accepted
from clerk_app.cases.objections import SettleObjection
from clerk_app.cases.rejected_acceptances import AcceptRejected, DeclareNotValid, InformCitizen
from clerk_app.cases.status_query import QueryCaseStatus, SecondFactor
from clerk_app.center.authority import Authority
from clerk_app.cli import main
from clerk_app.composition.document_check import find_unreadable_documents
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import format_case_number
from clerk_app.ledger.replication.messages import ABSENT, EntryMessage, PushRequest, Response, compute_batch_digest
from clerk_app.locales import set_language
from clerk_app.roles.connection_view import read_connection_view
from clerk_app.roles.objection_view import describe_objection
from clerk_app.roles.rejected_work import fetch_rejected
from tests.office import find_faults
from tests.sync.city import DOCUMENT_TYPES, City, SampleWindow


def newest_acceptance(window: SampleWindow) -> EntryMessage:
    """The window's newest acceptance as it sends it."""
    row = window.select("ledger_entries", kind="AcceptCase", order=("position",))[-1]
    return EntryMessage(
        kind=row["kind"],
        actor=row["actor"],
        said_at=row["said_at"],
        plain=msgspec.Raw(row["command"]),
        personal=msgspec.Raw(row["personal"]),
        salt=row["salt"],
        decision=msgspec.Raw(row["decision"]),
    )


def push(window: SampleWindow, entry: EntryMessage) -> Response:
    """Push an entry in the place of the window's first unanswered one."""
    with window.store.read() as tx:
        (line,) = tx.select("center_lines")
        last = tx.query_one("ledger.last_answered_number", node=window.transport.node, incarnation=1)
    assert last is not None
    number = last["number"] + 1
    fields: dict[str, Any] = {"incarnation": 1, "epoch": line["epoch"], "sent_at": 0, "first": number}
    return window.transport.push(PushRequest(**fields, entries=(entry,), batch_digest=compute_batch_digest((entry,))))


def altered_decision(entry: EntryMessage, **fields: Any) -> EntryMessage:
    decision = msgspec.json.decode(entry.decision, type=Accepted)
    forged = msgspec.structs.replace(decision, **fields)
    if "number" in fields and "notice" not in fields:
        forged = msgspec.structs.replace(forged, notice=f"{forged.number}-receipt")
    return msgspec.structs.replace(entry, decision=msgspec.Raw(msgspec.json.encode(forged)))


def altered_command(entry: EntryMessage, **fields: Any) -> EntryMessage:
    command = {**msgspec.json.decode(entry.plain), **fields}
    return msgspec.structs.replace(entry, plain=msgspec.Raw(msgspec.json.encode(command)))


def altered_tasks(entry: EntryMessage, **fields: Any) -> EntryMessage:
    tasks = msgspec.json.decode(entry.decision, type=Accepted).tasks
    return altered_decision(entry, tasks=tuple(msgspec.structs.replace(task, **fields) for task in tasks))


def altered_materials(entry: EntryMessage, **fields: Any) -> EntryMessage:
    materials = msgspec.json.decode(entry.plain)["materials"]
    return altered_command(entry, materials=[material | fields for material in materials])


def altered_personal(entry: EntryMessage, **fields: Any) -> EntryMessage:
    details = {**msgspec.json.decode(entry.personal), **fields}
    return msgspec.structs.replace(entry, personal=msgspec.Raw(msgspec.json.encode(details)))


def altered_details(entry: EntryMessage, **fields: Any) -> EntryMessage:
    parties = msgspec.json.decode(entry.personal)["parties"]
    return altered_personal(entry, parties=[party | fields for party in parties])


def altered_values(entry: EntryMessage, **values: str) -> EntryMessage:
    return altered_personal(entry, values=msgspec.json.decode(entry.personal)["values"] | values)


FOREIGN = 900_000_001
FORGERIES: dict[str, Any] = {
    "no number": lambda entry: altered_decision(entry, number=""),
    "5000 digits": lambda entry: altered_decision(entry, number="1" * 5000),
    "wrong check digit": lambda entry: altered_decision(entry, number="260000000000"),
    "foreign block": lambda entry: altered_decision(entry, number=format_case_number(26, FOREIGN), serial=FOREIGN),
    "other serial": lambda entry: altered_decision(entry, serial=1),
    "unknown matter": lambda entry: altered_decision(
        entry, tasks=(msgspec.structs.replace(msgspec.json.decode(entry.decision, type=Accepted).tasks[0], matter="x"),)
    ),
    "task of another organ": lambda entry: altered_decision(
        entry,
        tasks=tuple(
            msgspec.structs.replace(task, organ="police")
            for task in msgspec.json.decode(entry.decision, type=Accepted).tasks
        ),
    ),
    "no tasks": lambda entry: altered_decision(entry, tasks=()),
    "no matters": lambda entry: altered_decision(entry, matters=()),
    "state": lambda entry: altered_decision(entry, state="archived"),
    "other site": lambda entry: altered_decision(entry, site="police"),
    "date beyond every calendar": lambda entry: altered_decision(entry, promised_at=2**62),
    "unpublished catalogue": lambda entry: altered_command(entry, catalogue_version=99),
    "unknown one thing": lambda entry: altered_command(entry, one_thing="x"),
    "no site": lambda entry: altered_decision(entry, site=""),
    "window of another site": lambda entry: altered_command(entry, window="elsewhere"),
    "another applicant": lambda entry: altered_decision(entry, applicant="mother"),
    "tasks that never start": lambda entry: altered_tasks(entry, started=False),
    "first in every queue": lambda entry: altered_tasks(entry, rank=1),
    "another period": lambda entry: altered_tasks(entry, promised_days=999),
    "date of another century": lambda entry: altered_decision(entry, statutory_at=2**52),
    "many duplicates": lambda entry: altered_command(entry, duplicates=["1"] * 501),
    "material of no date": lambda entry: altered_materials(entry, valid_to="soon"),
    "material of no kind": lambda entry: altered_materials(entry, how="x"),
    "attachment of no digest": lambda entry: altered_materials(entry, content="../x"),
    "name with an escape": lambda entry: altered_details(entry, name="\x1b[2J"),
    "long name": lambda entry: altered_details(entry, name="x" * 5_000),
    "value of a megabyte": lambda entry: altered_values(entry, project_name="x" * 1_000_000),
    "claims that are none": lambda entry: altered_personal(entry, claims={"x": "[" * 20_000}),
    "two parties of a role": lambda entry: altered_personal(
        entry, parties=msgspec.json.decode(entry.personal)["parties"] * 2
    ),
    "long draft": lambda entry: altered_command(entry, draft="x" * 5000),
    "control character": lambda entry: altered_command(entry, visit="a\u0000b"),
    "unknown actor": lambda entry: msgspec.structs.replace(entry, actor="nobody"),
    "officer": lambda entry: msgspec.structs.replace(entry, actor="health-1"),
    "without the citizen": lambda entry: msgspec.structs.replace(entry, personal=ABSENT, salt=None),
}

SECOND_EXAMPLES = {
    "another period", "first in every queue", "long name", "material of no kind", "attachment of no digest",
    "many duplicates", "value of a megabyte",
}  # fmt: skip


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.wide) if name in SECOND_EXAMPLES else name for name in FORGERIES]
)
def test_forged_acceptance_is_rejected_and_stops_nobody(city: City, counter: SampleWindow, name: str) -> None:
    health = city.join("n2", organs=("health",))
    counter.transport.down = True
    counter.accept_road()
    counter.transport.down = False
    before = city.center.select("number_blocks")
    # only the acceptance is pushed: drafts and visits do not matter to the center
    answer = push(counter, FORGERIES[name](newest_acceptance(counter)))
    assert len(answer.refused) == 1
    assert city.center.select("cases") == city.center.select("tasks") == []
    assert city.center.select("number_blocks") == before
    (row,) = city.center.select("rejected_acceptances")
    assert (row["state"], row["site"]) == ("open", "centre")
    health.client.flush()
    assert find_unreadable_documents(city.center.store) == []
    assert find_faults(city.center.store) == []


def test_a_code_that_nobody_showed_is_objected_to_and_settled_by_another_person(
    city: City, counter: SampleWindow
) -> None:
    supervisor = city.join("n2", kind="supervisor")
    counter.transport.down = True
    number = counter.accept_road()
    counter.transport.down = False
    push(counter, altered_details(newest_acceptance(counter), known_by="code"))
    (row,) = city.center.select("objections", reason="party")
    assert city.center.case(number)["state"] == "accepted"
    settle = SettleObjection(case=number, number=row["number"], note="x")
    with pytest.raises(Refused) as refused:
        city.center.door.perform(settle, "clerk-1")
    assert refused.value.reason == "same_person"
    supervisor.client.flush()
    with supervisor.store.read() as tx:
        assert "建设单位" in describe_objection(tx, row, "Asia/Shanghai")
    supervisor.door.perform(settle, "supervisor")
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_party_with_the_number_of_somebody_else_is_objected_to(city: City, counter: SampleWindow) -> None:
    counter.transport.down = True
    counter.accept_road()
    counter.transport.down = False
    entry = altered_details(newest_acceptance(counter), subject="mother", kind="person")
    push(counter, altered_decision(entry, applicant="mother", applicant_kind="person"))
    (row,) = city.center.select("objections")
    assert row["reason"] == "party"


@pytest.mark.wide
def test_a_licence_of_somebody_who_is_no_party_is_objected_to(city: City, counter: SampleWindow) -> None:
    prepared = counter.prepare_birth()
    counter.client.flush()
    counter.transport.down = True
    number = counter.accept(prepared)
    counter.transport.down = False
    assert push(counter, altered_values(newest_acceptance(counter), mother_name="王五")).refused == {}
    (row,) = city.center.select("objections", reason="holder")
    assert (row["case_number"], row["reason"]) == (number, "holder")
    with city.center.store.read() as tx:
        assert "母亲身份证" in describe_objection(tx, row, "Asia/Shanghai")


@pytest.fixture
def rejected(city: City, counter: SampleWindow) -> str:
    """The number on the receipt of an acceptance that the center rejected, because its clerk was not known to it."""
    with city.center.store.write() as tx:
        tx.update("staff", {"id": "clerk-1"}, organ="police")
    counter.transport.down = True
    number = counter.accept_road()
    counter.transport.down = False
    city.exchange_all()
    with city.center.store.write() as tx:
        tx.update("staff", {"id": "clerk-1"}, organ="centre")
    return number


def ask(city: City, number: str) -> Refused:
    with pytest.raises(Refused) as refused:
        city.center.door.perform(QueryCaseStatus(case=number, personal=SecondFactor(last="0000")), "kiosk")
    return refused.value


def test_supervisor_accepts_a_rejected_acceptance_under_its_number(
    city: City, counter: SampleWindow, rejected: str
) -> None:
    assert city.center.select("cases") == []
    assert counter.select("cases") == []
    (row,) = counter.select("rejected_acceptances", kind="AcceptCase")  # replicated to the site
    error = ask(city, rejected)
    assert (error.reason, error.facts["reference"]) == ("not_valid", f"N{row['reference']:05d}")
    listed = read_connection_view(counter.office, with_acceptances=True).rejected
    (work,) = [work for work in listed if work.id.endswith(row["id"])]
    assert (work.is_acceptance, work.case_number) == (True, rejected)
    assert not any("示范建设" in pair.value for pair in work.typed)
    fetched = fetch_rejected(counter.office, work.id, "supervisor")
    assert any("示范建设" in pair.value for pair in fetched.typed)
    labels = {pair.label for pair in fetched.typed}
    assert {"一件事", "材料"} <= labels
    assert not any(label.isascii() for label in labels)  # names of the catalogue, not ids of fields
    with pytest.raises(Refused):
        city.center.door.perform(AcceptRejected(rejected=row["id"]), "clerk-1")
    accepted = counter.door.perform(AcceptRejected(rejected=row["id"]), "supervisor").accepted
    assert accepted.number == rejected
    case = city.center.case(rejected)
    assert (case["state"], case["accepted_at"]) == ("accepted", row["accepted_at"])
    assert len(city.center.tasks(rejected)) == len(accepted.tasks) > 0
    assert counter.accept_birth() != rejected
    city.exchange_all()
    assert ask(city, rejected).reason == "second_factor"
    (settled,) = counter.select("rejected_acceptances", kind="AcceptCase")
    assert (settled["state"], settled["personal"]) == ("accepted", None)
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_number_of_another_node_is_replaced_when_accepted_again(city: City, counter: SampleWindow) -> None:
    counter.transport.down = True
    counter.accept_road()
    counter.transport.down = False
    push(counter, FORGERIES["foreign block"](newest_acceptance(counter)))
    (row,) = city.center.select("rejected_acceptances")
    accepted = city.center.door.perform(AcceptRejected(rejected=row["id"]), "supervisor").accepted
    assert accepted.number != row["number"]
    assert ask(city, row["number"]).reason == "not_valid"
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_citizen_is_told_and_the_number_stays_not_valid(city: City, counter: SampleWindow, rejected: str) -> None:
    (row,) = city.center.select("rejected_acceptances", kind="AcceptCase")
    with pytest.raises(Refused):
        counter.door.perform(InformCitizen(rejected=row["id"], note=" "), "supervisor")
    counter.door.perform(InformCitizen(rejected=row["id"], note="called"), "supervisor")
    assert ask(city, rejected).reason == "not_valid"
    with pytest.raises(Refused):
        counter.door.perform(AcceptRejected(rejected=row["id"]), "supervisor")
    with pytest.raises(Refused):
        counter.door.perform(InformCitizen(rejected=row["id"], note="x"), "supervisor")
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_unreadable_case_is_named_and_removed(
    city: City, counter: SampleWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    health = city.join("n2", organs=("health",))
    bad, good = counter.accept_birth(), counter.accept_road()
    counter.client.flush()
    with city.center.store.write() as tx:  # as an earlier version accepted it
        tx.update("matters", {"case_number": bad, "position": 0}, matter="x")
        tx.update("cases", {"number": bad}, one_thing="x")
    for window in city.windows.values():  # without the documents that were cached before
        window.transport.authority = Authority(city.center.door, DOCUMENT_TYPES)
    health.client.flush()
    assert health.tasks(bad) == []
    counter.client.flush()
    folder = str(city.center.office.folder)
    capsys.readouterr()
    assert main(["--language", "en", "--office", folder, "audit", "verify"]) == 1
    assert f"case/{bad} cannot be read" in capsys.readouterr().out
    assert main(["--language", "en", "center", "declare-not-valid", "--folder", folder, bad, "--reason", "forged"]) == 0
    assert main(["--language", "en", "--office", folder, "audit", "verify"]) == 0
    set_language("zh_CN")
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases")] == [good]
    assert ask(city, bad).reason == "not_valid"
    assert city.differences() == []


@pytest.mark.wide
def test_case_of_another_site_cannot_be_removed(city: City, counter: SampleWindow, remote: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    with city.center.store.write() as tx:
        tx.update("staff", {"id": "supervisor"}, organ="centre-2")
    with pytest.raises(Refused) as refused:
        city.center.door.perform(DeclareNotValid(case=number, reason="x"), "supervisor")
    assert refused.value.reason == "other_site"
    assert remote.select("cases") == []


def test_one_supervisor_cannot_remove_what_a_department_decided(city: City, counter: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    city.center.decide(city.center.claim("health"), "approved")
    with pytest.raises(Refused) as refused:
        city.center.door.perform(DeclareNotValid(case=number, reason="x"), "supervisor")
    assert refused.value.reason == "decided"
    assert [row["number"] for row in city.center.select("cases")] == [number]
