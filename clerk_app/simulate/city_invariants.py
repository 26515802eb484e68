"""What must be true of a city when everything is quiet again, whatever happened to it. Each check raises Broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from clerk_app.cases.life import ENDED_TASK
from clerk_app.ledger import proof
from clerk_app.ledger.documents import Reader, digest
from clerk_app.ledger.heads import ASKS, OWN, speaker
from clerk_app.ledger.numbers import is_case_number
from clerk_app.simulate.city import City
from clerk_app.simulate.city_diary import Broken
from clerk_app.simulate.city_founding import KINDS
from clerk_app.simulate.city_history import deadlines_are_right, one_owner_at_a_time
from clerk_app.simulate.city_node import Node, Program
from clerk_app.simulate.city_proof import rebuild_is_equal
from clerk_app.simulate.city_sight import nothing_forbidden_was_held
from db.engines import Row

ACCEPTING = ("AcceptCase", "NotAccept")


def check(city: City) -> None:
    """Every invariant, the cheapest first."""
    for one in _CHECKS:
        one(city)


def _nothing_accepted_is_lost(city: City) -> None:
    """Every receipt ends at the center under its number, with its applicant; what cannot is work on a screen."""
    entries = {row["personal_digest"]: row for row in _acceptances(city.center)}
    for receipt in city.diary.receipts:
        if not is_case_number(receipt.number):
            raise Broken("receipts stay valid numbers", number=receipt.number)
        entry = entries.get(receipt.mark)
        if receipt.buried or (receipt.node in city.diary.copied and _is_shown(city, receipt.mark, receipt.node)):
            continue  # two copies of a window gave the same number: one citizen is asked to come again
        if entry is None:
            raise Broken("no accepted case is lost", number=receipt.number, program=receipt.program)
        if entry["outcome"] != "done" or entry["stream"] != f"case/{receipt.number}":
            raise Broken(
                "an acceptance is never refused",
                number=receipt.number,
                program=receipt.program,
                decision=entry["decision"].decode(),
            )
        (case,) = city.center.rows("cases", number=receipt.number)
        if case["applicant_number"] != receipt.applicant:
            raise Broken("receipts stay valid numbers", number=receipt.number, applicant=case["applicant_number"])


def _is_shown(city: City, mark: bytes, node: str) -> bool:
    """Whether a refused acceptance stands as work on the screen of a window, with everything that was typed."""
    for program in city.nodes[node]:
        for row in program.rows("refusals"):
            entry = program.rows("ledger_entries", position=row["position"])[0]
            if entry["personal_digest"] == mark and entry["personal"]:
                return True
    return False


def _acceptances(program: Program) -> list[Row]:
    return [row for kind in ACCEPTING for row in program.rows("ledger_entries", order=("position",), kind=kind)]


def _nothing_is_doubled(city: City) -> None:
    """No acceptance counts twice; no draft becomes two cases but where its store was copied."""
    done = [row for row in _acceptances(city.center) if row["outcome"] == "done"]
    for mark, many in Counter(row["personal_digest"] for row in done).items():
        if many > 1:
            raise Broken("no case is doubled", acceptance=mark.hex(), times=many)
    drafts = Counter((row["node"], msgspec.json.decode(row["command"])["draft"]) for row in done)
    for (node, draft), many in drafts.items():
        if many > 1 and node not in city.diary.copied:
            raise Broken("no case is doubled", draft=draft, node=node, times=many)
    numbers = Counter(row["number"] for row in city.center.rows("cases"))
    decided = Counter(row["task"] for row in city.center.rows("decisions"))
    for name, many in (numbers + decided).items():
        if many > 1:
            raise Broken("no case is doubled", number=name, times=many)


def _questions_are_answered_once(city: City) -> None:
    """What was asked happened once at most, however often the network made somebody ask again."""
    answered: Counter[str] = Counter()
    for row in proof.entries(city.center.store):
        if row["node"].endswith(ASKS) and row["outcome"] == "done" and row["kind"] != "LendNumbers":
            answered[speaker(row["node"])] += 1
    for node, many in answered.items():
        if many > city.diary.asked[node]:
            raise Broken("a question is answered once", node=node, asked=city.diary.asked[node], answered=many)


def _refused_work_is_shown(city: City) -> None:
    """Whatever a living program's people did is at the center, or refused on their screen."""
    for program in city.programs:
        node = program.place.node
        refusals = {row["position"] for row in program.rows("refusals")}
        for row in program.rows("ledger_entries", order=("position",), node=node):
            where = {"program": program.name, "kind": row["kind"], "number": row["number"]}
            if row["answered_at"] is None:
                raise Broken("a backlog drains in bounded steps", **where)
            said = msgspec.json.decode(row["answer"]) if row["answer"] else {}
            if said.get("refused", {}).get("reason") == "fork":
                continue  # the same is sent under another number
            key = {"node": node, "incarnation": row["incarnation"], "number": row["number"]}
            there = city.center.rows("ledger_entries", **key)
            if not there:
                raise Broken("refused work is shown, never dropped", **where)
            same = ("command", "kind", "personal_digest", "actor", "said_at")
            if any(there[0][name] != row[name] for name in same):
                raise Broken("an entry is the same everywhere", **where)
            if there[0]["outcome"] == "refused" and row["outcome"] == "done" and row["position"] not in refusals:
                raise Broken("refused work is shown, never dropped", **where, why=there[0]["decision"].decode())


def _numbers_have_no_holes(city: City) -> None:
    """Each node's entries are numbered from one, at the center as there; every chain holds."""
    for program in (city.center, *city.programs):
        _count, breaks = proof.verify(program.store)
        if breaks:
            raise Broken("every chain verifies", program=program.name, breaks=breaks[0])
    seen: dict[tuple[str, int], int] = {}
    for row in proof.entries(city.center.store):
        if row["node"].endswith((ASKS, OWN)):
            continue
        place = (row["node"], row["incarnation"])
        if row["number"] != seen.get(place, 0) + 1:
            raise Broken("numbers have no holes", node=place, number=row["number"])
        seen[place] = row["number"]


def _cases_close_once(city: City) -> None:
    """A case counts its open tasks rightly, and is closed exactly when there is none left."""
    tasks: Counter[str] = Counter()
    for row in city.center.rows("tasks"):
        tasks[row["case_number"]] += row["state"] not in ENDED_TASK
    for row in city.center.rows("cases"):
        left = tasks[row["number"]]
        if row["pending"] != left or (left == 0) == (row["state"] == "accepted"):
            raise Broken("a case closes exactly once", number=row["number"], state=row["state"], left=left)
    closed: Counter[str] = Counter()
    for row in proof.entries(city.center.store):
        if row["outcome"] == "done" and row["kind"] in ("DecideTask", "TakeIn"):
            made = msgspec.json.decode(row["decision"])
            closed[made["case"]] += bool(made.get("closes")) - bool(made.get("reopens"))
            if closed[made["case"]] not in (0, 1):
                raise Broken("a case closes exactly once", number=made["case"], times=closed[made["case"]])


def _everybody_agrees(city: City) -> None:
    """Each document of each program is what the center would give it."""
    with city.center.store.read() as there:
        known = _names(there)
        for program in city.programs:
            node = there.row("nodes", id=program.place.node)
            assert node is not None
            reader = Reader.of(node)
            with program.store.read() as here:
                for name in sorted(known | _names(here)):
                    if digest(KINDS.seen(there, name, reader)) != digest(KINDS.rows(here, name)):
                        facts = _unequal(KINDS.seen(there, name, reader), KINDS.rows(here, name))
                        raise Broken("everybody agrees", program=program.name, document=name, tables=facts)
            _nothing_hangs(program)


def _names(look: Any) -> set[str]:
    return {f"{kind.name}/{key}" for kind in KINDS if not kind.keeps for _scope, key in kind.everything(look)}


def _unequal(one: Any, other: Any) -> str:
    one, other = one or {}, other or {}
    return "; ".join(
        f"{table}: {one.get(table, [])} / {other.get(table, [])}"
        for table in sorted({*one, *other})
        if one.get(table, []) != other.get(table, [])
    )[:1500]


def _nothing_hangs(program: Node) -> None:
    left = [name for name in ("unanswered", "bases") if program.rows(name)]
    if left:
        raise Broken("everybody agrees", program=program.name, left=left)


def _queues_are_counted(city: City) -> None:
    """The counters say what counting says."""
    for program in (city.center, *city.programs):
        counters = {(row["organ"], row["state"]): row["many"] for row in program.rows("queue_counts") if row["many"]}
        counted = Counter((row["organ"], row["state"]) for row in program.rows("tasks") if row["ended_at"] is None)
        if counters != counted:
            wrong = {place for place in {*counters, *counted} if counters.get(place, 0) != counted[place]}
            raise Broken("queues are counted", program=program.name, where=sorted(wrong))


_CHECKS: tuple[Callable[[City], None], ...] = (
    _nothing_accepted_is_lost,
    _nothing_is_doubled,
    _questions_are_answered_once,
    _refused_work_is_shown,
    _numbers_have_no_holes,
    one_owner_at_a_time,
    _cases_close_once,
    deadlines_are_right,
    _queues_are_counted,
    _everybody_agrees,
    nothing_forbidden_was_held,
    rebuild_is_equal,
)
