"""What must be true of a city when everything is quiet again, whatever happened to it. Each check raises Broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.ledger import audit
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, PRIVATE_SUFFIX, node_of_chain
from clerk_app.ledger.numbers import is_case_number
from clerk_app.ledger.replication.documents import Reader, rows_digest
from db.engines import Row
from tests.simulation.city import SimulatedCity
from tests.simulation.city_files import DOCUMENT_TYPES
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.log_invariants import check_deadlines, check_task_ownership
from tests.simulation.privacy_invariant import check_personal_data
from tests.simulation.programs import SimulatedNode, SimulatedProgram
from tests.simulation.rebuild_invariant import check_rebuild

ACCEPTANCE_COMMANDS = ("AcceptCase", "NotAccept")


def check_invariants(city: SimulatedCity) -> None:
    """Every invariant, the cheapest first."""
    for one in _CHECKS:
        one(city)


def _check_no_case_lost(city: SimulatedCity) -> None:
    """Every receipt ends at the center under its number, with its applicant; what cannot is work on a screen."""
    entries = {row["personal_digest"]: row for row in _acceptances(city.center)}
    for receipt in city.truth.receipts:
        if not is_case_number(receipt.number):
            raise InvariantViolation("receipts stay valid numbers", number=receipt.number)
        entry = entries.get(receipt.personal_digest)
        if receipt.lost_with_machine or (
            receipt.node in city.truth.copied_nodes
            and _is_shown_as_rejected(city, receipt.personal_digest, receipt.node)
        ):
            continue  # two copies of a window gave the same number: one citizen is asked to come again
        if entry is None:
            raise InvariantViolation("no accepted case is lost", number=receipt.number, program=receipt.program)
        if entry["outcome"] != "done" or entry["stream"] != f"case/{receipt.number}":
            raise InvariantViolation(
                "an acceptance is never refused",
                number=receipt.number,
                program=receipt.program,
                decision=entry["decision"].decode(),
            )
        (case,) = city.center.rows("cases", number=receipt.number)
        if case["applicant_number"] != receipt.applicant:
            raise InvariantViolation(
                "receipts stay valid numbers", number=receipt.number, applicant=case["applicant_number"]
            )


def _is_shown_as_rejected(city: SimulatedCity, mark: bytes, node: str) -> bool:
    """Whether a refused acceptance stands as work on the screen of a window, with everything that was typed."""
    for program in city.nodes[node]:
        for row in program.rows("refusals"):
            entry = program.rows("ledger_entries", position=row["position"])[0]
            if entry["personal_digest"] == mark and entry["personal"]:
                return True
    return False


def _acceptances(program: SimulatedProgram) -> list[Row]:
    return [
        row for kind in ACCEPTANCE_COMMANDS for row in program.rows("ledger_entries", order=("position",), kind=kind)
    ]


def _check_no_case_doubled(city: SimulatedCity) -> None:
    """No acceptance counts twice; no draft becomes two cases but where its store was copied."""
    done = [row for row in _acceptances(city.center) if row["outcome"] == "done"]
    for mark, many in Counter(row["personal_digest"] for row in done).items():
        if many > 1:
            raise InvariantViolation("no case is doubled", acceptance=mark.hex(), times=many)
    drafts = Counter((row["node"], msgspec.json.decode(row["command"])["draft"]) for row in done)
    for (node, draft), many in drafts.items():
        if many > 1 and node not in city.truth.copied_nodes:
            raise InvariantViolation("no case is doubled", draft=draft, node=node, times=many)
    numbers = Counter(row["number"] for row in city.center.rows("cases"))
    decided = Counter(row["task"] for row in city.center.rows("decisions"))
    for name, many in (numbers + decided).items():
        if many > 1:
            raise InvariantViolation("no case is doubled", number=name, times=many)


def _check_questions_answered_once(city: SimulatedCity) -> None:
    """What was asked happened once at most, however often the network made somebody ask again."""
    answered: Counter[str] = Counter()
    for row in audit.read_entries(city.center.store):
        if row["node"].endswith(CALLS_SUFFIX) and row["outcome"] == "done" and row["kind"] != "LendNumbers":
            answered[node_of_chain(row["node"])] += 1
    for node, many in answered.items():
        if many > city.truth.question_counts[node]:
            raise InvariantViolation(
                "a question is answered once", node=node, asked=city.truth.question_counts[node], answered=many
            )


def _check_rejected_work_shown(city: SimulatedCity) -> None:
    """Whatever a living program's people did is at the center, or refused on their screen."""
    for program in city.programs:
        node = program.spec.node
        refusals = {row["position"] for row in program.rows("refusals")}
        for row in program.rows("ledger_entries", order=("position",), node=node):
            where = {"program": program.name, "kind": row["kind"], "number": row["number"]}
            if row["answered_at"] is None:
                raise InvariantViolation("a backlog drains in bounded steps", **where)
            said = msgspec.json.decode(row["answer"]) if row["answer"] else {}
            if said.get("refused", {}).get("reason") == "fork":
                continue  # the same is sent under another number
            key = {"node": node, "incarnation": row["incarnation"], "number": row["number"]}
            there = city.center.rows("ledger_entries", **key)
            if not there:
                raise InvariantViolation("refused work is shown, never dropped", **where)
            same = ("command", "kind", "personal_digest", "actor", "said_at")
            if any(there[0][name] != row[name] for name in same):
                raise InvariantViolation("an entry is the same everywhere", **where)
            if there[0]["outcome"] == "refused" and row["outcome"] == "done" and row["position"] not in refusals:
                raise InvariantViolation(
                    "refused work is shown, never dropped", **where, why=there[0]["decision"].decode()
                )


def _check_numbers_gapless(city: SimulatedCity) -> None:
    """Each node's entries are numbered from one, at the center as there; every chain holds."""
    for program in (city.center, *city.programs):
        _count, breaks = audit.verify_log(program.store)
        if breaks:
            raise InvariantViolation("every chain verifies", program=program.name, breaks=breaks[0])
    seen: dict[tuple[str, int], int] = {}
    for row in audit.read_entries(city.center.store):
        if row["node"].endswith((CALLS_SUFFIX, PRIVATE_SUFFIX)):
            continue
        place = (row["node"], row["incarnation"])
        if row["number"] != seen.get(place, 0) + 1:
            raise InvariantViolation("numbers have no holes", node=place, number=row["number"])
        seen[place] = row["number"]


def _check_cases_close_once(city: SimulatedCity) -> None:
    """A case counts its open tasks rightly, and is closed exactly when there is none left."""
    tasks: Counter[str] = Counter()
    for row in city.center.rows("tasks"):
        tasks[row["case_number"]] += row["state"] not in ENDED_TASK_STATES
    for row in city.center.rows("cases"):
        left = tasks[row["number"]]
        if row["pending"] != left or (left == 0) == (row["state"] == "accepted"):
            raise InvariantViolation("a case closes exactly once", number=row["number"], state=row["state"], left=left)
    closed: Counter[str] = Counter()
    for row in audit.read_entries(city.center.store):
        if row["outcome"] == "done" and row["kind"] in ("DecideTask", "TakeIn"):
            made = msgspec.json.decode(row["decision"])
            closed[made["case"]] += bool(made.get("closes")) - bool(made.get("reopens"))
            if closed[made["case"]] not in (0, 1):
                raise InvariantViolation("a case closes exactly once", number=made["case"], times=closed[made["case"]])


def _check_replicas_equal(city: SimulatedCity) -> None:
    """Each document of each program is what the center would give it."""
    with city.center.store.read() as there:
        known = _document_names(there)
        for program in city.programs:
            node = there.get("nodes", id=program.spec.node)
            assert node is not None
            reader = Reader.from_row(node)
            with program.store.read() as here:
                for name in sorted(known | _document_names(here)):
                    if rows_digest(DOCUMENT_TYPES.visible_rows(there, name, reader)) != rows_digest(
                        DOCUMENT_TYPES.read_rows(here, name)
                    ):
                        facts = _describe_difference(
                            DOCUMENT_TYPES.visible_rows(there, name, reader), DOCUMENT_TYPES.read_rows(here, name)
                        )
                        raise InvariantViolation("everybody agrees", program=program.name, document=name, tables=facts)
            _check_nothing_pending(program)


def _document_names(look: Any) -> set[str]:
    return {
        f"{kind.name}/{key}" for kind in DOCUMENT_TYPES if not kind.write_once for _scope, key in kind.list_all(look)
    }


def _describe_difference(one: Any, other: Any) -> str:
    one, other = one or {}, other or {}
    return "; ".join(
        f"{table}: {one.get(table, [])} / {other.get(table, [])}"
        for table in sorted({*one, *other})
        if one.get(table, []) != other.get(table, [])
    )[:1500]


def _check_nothing_pending(program: SimulatedNode) -> None:
    left = [name for name in ("unanswered", "bases") if program.rows(name)]
    if left:
        raise InvariantViolation("everybody agrees", program=program.name, left=left)


def _check_queue_counters(city: SimulatedCity) -> None:
    """The counters say what counting says."""
    for program in (city.center, *city.programs):
        counters = {(row["organ"], row["state"]): row["many"] for row in program.rows("queue_counts") if row["many"]}
        counted = Counter((row["organ"], row["state"]) for row in program.rows("tasks") if row["ended_at"] is None)
        if counters != counted:
            wrong = {place for place in {*counters, *counted} if counters.get(place, 0) != counted[place]}
            raise InvariantViolation("queues are counted", program=program.name, where=sorted(wrong))


_CHECKS: tuple[Callable[[SimulatedCity], None], ...] = (
    _check_no_case_lost,
    _check_no_case_doubled,
    _check_questions_answered_once,
    _check_rejected_work_shown,
    _check_numbers_gapless,
    check_task_ownership,
    _check_cases_close_once,
    check_deadlines,
    _check_queue_counters,
    _check_replicas_equal,
    check_personal_data,
    check_rebuild,
)
