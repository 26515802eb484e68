"""Check of an enterprise name (名称自主申报): the authority answers from its register of names."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.similarity.names.comparison import (
    REASON,
    STOP,
    NameFinding,
    check_alone,
    compare_names,
    is_closed,
    sort_findings,
    worst_severity,
)
from clerk_app.similarity.names.parts import split_name
from clerk_app.similarity.names.register import find_candidates
from db.engines import Transaction

MOST_FINDINGS = 20  # in one answer
MOST_ALTERNATIVES = 5
_CORES_TRIED = 60  # of the pool, for the alternatives of one answer
CHECK_SECONDS = 5.0
RESERVATIONS = "reservations"
"""Source of the names that are reserved at a counter; their identifier is the id of the reservation."""
LONGEST_SENT = 400  # characters of a name that is sent; a longer one is refused before

RULES = RuleSet()


class AskedName(MessagePart, frozen=True, kw_only=True):
    """A name that somebody wants to use, and why if another one is near."""

    name: str
    reason: str = ""


class NameChecked(CommandDecision, frozen=True, kw_only=True):
    """What was found, the gravest first; `total` counts all findings. `alternatives` are names that nobody uses.

    `severity` is stop, reason, note, or empty without findings.
    """

    stored_name: ClassVar[str] = "NameChecked"
    severity: str
    findings: tuple[NameFinding, ...] = ()
    total: int = 0
    alternatives: tuple[str, ...] = ()


class CheckName(Command[NameChecked], frozen=True, kw_only=True):
    """Checks the name in a field of a draft against the register; the authority answers."""

    stored_name: ClassVar[str] = "CheckName"
    draft: str
    field: str
    personal: AskedName | None = None


def check_name(tx: Transaction, name: str, moment: datetime, *, draft: str = "") -> list[NameFinding]:
    """Return the findings about a name, the gravest first. Names that `draft` has reserved are left out.

    `moment` is local time of the city.
    """
    found = check_alone(name)
    parts = split_name(name)
    if not parts.core:
        return sort_findings(found)
    own = {row["id"] for row in tx.select("name_reservations", draft=draft, state="held")} if draft else set()
    now, today = _to_microseconds(moment), moment.date()
    for row in find_candidates(tx, parts.core, parts.trade):
        if row["identifier"] in own or (row["until"] and row["until"] <= now):
            continue
        finding = compare_names(name, row["name"], row["state"])
        if finding is not None and is_closed(row["state"], row["ended_on"], today):
            found.append(finding)
    return sort_findings(found)


def list_alternatives(tx: Transaction, name: str, moment: datetime, begin: str) -> list[str]:
    """Return names with the place, trade and form of a name and a core of the pool, which nobody uses or is near to.

    `begin` chooses where in the pool the search begins, so that two counters do not offer the same ones.
    """
    parts = split_name(name)
    if not parts.core or not parts.form:
        return []
    first, last = parts.core_places[0], parts.core_places[-1]
    cores = tx.query_all("names.pooled_cores_after", after=begin, many=_CORES_TRIED)
    if len(cores) < _CORES_TRIED:
        cores += tx.query_all("names.pooled_cores_after", after="", many=_CORES_TRIED - len(cores))
    names = (name[:first] + row["core"] + name[last + 1 :] for row in cores)
    free = (
        found for found in dict.fromkeys(names) if worst_severity(check_name(tx, found, moment)) not in (STOP, REASON)
    )
    return list(islice(free, MOST_ALTERNATIVES))


def to_city_time(tx: Transaction, moment: Moment) -> datetime:
    """Return the time of a decision in the zone of the city."""
    seconds = moment.decided_at / 1_000_000
    return datetime.fromtimestamp(seconds, ZoneInfo(load_frame(tx).time_zone))


def _to_microseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, ZoneInfo("UTC"))) // timedelta(microseconds=1)


def require_asked(personal: AskedName | None) -> AskedName:
    """Return what was asked. Raises Refused for an empty or overlong name."""
    if personal is None or not personal.name.strip() or len(personal.name) > LONGEST_SENT:
        raise Refused(
            "name", "Type the whole name: place, core, trade and form, at most {limit} characters.", limit=100
        )
    return personal


def _decide(tx: Transaction, command: CheckName, moment: Moment) -> NameChecked:
    asked, now = require_asked(command.personal), to_city_time(tx, moment)
    findings = check_name(tx, asked.name, now, draft=command.draft)
    severity = worst_severity(findings)
    begin = _choose_core(tx, command.draft) if severity in (STOP, REASON) else ""
    alternatives = list_alternatives(tx, asked.name, now, begin) if severity in (STOP, REASON) else []
    return NameChecked(
        severity=severity,
        findings=tuple(findings[:MOST_FINDINGS]),
        total=len(findings),
        alternatives=tuple(alternatives),
    )


def _choose_core(tx: Transaction, draft: str) -> str:
    """Return a core of the pool that depends on the draft."""
    cores = tx.query_all("names.pooled_cores_after", after="", many=1000)
    return str(cores[sum(map(ord, draft)) % len(cores)]["core"]) if cores else ""


@RULES.register(
    CheckName,
    NameChecked,
    permission="name.check",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Check of an enterprise name"),
    decide=_decide,
    stream=lambda command, _: f"draft/{command.draft}",
    placement=Placement.REMOTE,
    wait_seconds=CHECK_SECONDS,
    max_bytes=4000,
)
def _apply(tx: Transaction, entry: Entry[CheckName, NameChecked]) -> None:
    """Keep the last check of the field, by which an acceptance is decided."""
    asked = entry.command.personal
    if asked is not None:
        keep_check(tx, entry.command.draft, entry.command.field, asked.name, entry.decision, entry.decided_at)


def keep_check(tx: Transaction, draft: str, field: str, name: str, checked: NameChecked, at: int) -> None:
    """Store the last check of a field of a draft."""
    tx.upsert(
        "name_checks",
        ("draft", "field"),
        draft=draft,
        field=field,
        name=name,
        severity=checked.severity,
        findings=msgspec.json.encode(checked.findings).decode(),
        at=at,
    )


def read_findings(stored: str) -> tuple[NameFinding, ...]:
    """Return the stored findings of a check or a reservation."""
    return msgspec.json.decode(stored, type=tuple[NameFinding, ...])
