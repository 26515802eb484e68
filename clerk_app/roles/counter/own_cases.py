"""The cases of a window on the present day: accepted, not accepted, supplemented or handed over there.

A clerk also sees those that they accepted or handed over at another window of the service centre today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.notices import EXTERNAL_WAIT
from clerk_app.cases.received_records import find_received
from clerk_app.cases.states import CASE_STATE_NAMES, TASK_STATE_NAMES
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.locales import _, format_list, localize_name, plural_form, translate
from clerk_app.roles.formatting import format_due_day, format_party_name, format_time, localize
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.views.case_list import CaseRow
from clerk_app.views.shared import LabelledValue, Level
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

MOST_ACTS = 120
"""Acts of a day that are read; twice what a busy window accepts."""
CASE_LEVELS: dict[str, Level] = {"accepted": "plain", "closed": "good", "issued": "good", "not_accepted": "bad"}


def read_own_cases(office: Office, window: str, staff: Row) -> tuple[CaseRow, ...]:
    """Return the cases of a window today, and those of its clerk elsewhere, last act first; each case once.

    After them come cases of other days with messages to window or citizen that were not read.
    """
    now = office.corrected_now
    with office.store.read() as tx:
        acts = tx.query_all(
            "cases.acts_of_window",
            window=window,
            site=staff["organ"] or "",
            staff=staff["id"],
            since=_start_of_day(office),
            most=MOST_ACTS,
        )
        papers = Counter(row["case_number"] for row in tx.query_all("cases.unprinted_notices", window=window))
        unread = tx.query_all("cases.unread_at_window", window=window, most=MOST_ACTS)
        windows = {row["id"]: localize_name(row["name"]) for row in tx.select("windows")}
        by_case: dict[str, list[Row]] = {}
        for act in acts:
            by_case.setdefault(act["number"], []).append(act)
        for message in unread:  # also of cases of another day
            by_case.setdefault(message["number"], [message])
        messages = {row["number"]: int(row["messages"]) for row in unread}

        def build(rows: list[Row]) -> CaseRow:
            number = rows[0]["number"]
            row = _build_row(tx, rows, papers[number], now, window, windows)
            return _mark_messages(row, messages.get(number, 0))

        return build_rows(by_case.values(), build, _build_unreadable_row, lambda rows: f"case {rows[0]['number']}")


def _start_of_day(office: Office) -> int:
    """Return the beginning of the present day in the city's zone, in microseconds UTC."""
    now = office.local_time()
    passed = now - datetime(now.year, now.month, now.day, tzinfo=now.tzinfo)
    return office.corrected_now - passed // timedelta(microseconds=1)


def _build_row(
    tx: Transaction, acts: list[Row], papers: int, now: int, window: str, windows: Mapping[str, str]
) -> CaseRow:
    """Build the row of a case from its acts of the day, newest first."""
    case = acts[0]
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    zone = catalogue.time_zone
    places = [windows.get(act["act_window"], act["act_window"]) for act in acts if act["act_window"] != window]
    name, state = localize(catalogue.one_thing(case["one_thing"]).name), translate(CASE_STATE_NAMES[case["state"]])
    requests = [row for row in tx.select("supplements", case_number=case["number"]) if row["answered_at"] is None]
    due = describe_due(case, requests, zone, now, find_received(tx, case["number"]))
    waits = bool(requests) and case["state"] == "accepted"
    level: Level = "warn" if waits or papers else CASE_LEVELS.get(case["state"], "plain")
    applicant = format_party_name(case["applicant_name"], case["applicant_kind"])
    history = (f"{format_time(to_local_time(act['at'], zone))} {describe_act(act)}" for act in reversed(acts))
    return CaseRow(
        number=case["number"],
        one_thing=name,
        applicant=applicant,
        at=format_time(to_local_time(case["at"], zone)),
        act=describe_act(case),
        state=_describe_wait(requests) if waits else state,
        level=level,
        due=due,
        papers=papers,
        place=format_list(dict.fromkeys(places)),
        facts=(
            LabelledValue(_("Today"), format_list(history, ";")),
            LabelledValue(_("State"), state),
            LabelledValue(_("Due"), due or _("nothing")),
            *([LabelledValue(_("Window"), format_list(dict.fromkeys(places)))] if places else ()),
            *(
                [
                    LabelledValue(
                        _("Not printed"),
                        plural_form(papers, _("{count} paper"), _("{count} papers")).format(count=papers),
                    )
                ]
                if papers
                else ()
            ),
            *_describe_matters(tx, catalogue, case["number"], zone),
        ),
    )


def _mark_messages(row: CaseRow, messages: int) -> CaseRow:
    """Return the row with the number of messages that were not read, if there are any."""
    if not messages:
        return row
    state = _("{state}, new messages: {count}").format(state=row.state, count=messages)
    fact = LabelledValue(_("Messages"), _("{count} new, F8 68 reads them").format(count=messages))
    level: Level = row.level if row.level == "bad" else "warn"
    return replace(row, state=state, level=level, messages=messages, facts=(*row.facts, fact))


def _describe_wait(requests: list[Row]) -> str:
    """Return what a case waits for: requested papers, special procedures or other offices."""
    if not all(row["kind"] for row in requests):
        return _("needs papers")
    is_external = all(row["kind"] == EXTERNAL_WAIT for row in requests)
    return translate(TASK_STATE_NAMES["external" if is_external else "procedure"])


def _describe_matters(tx: Transaction, catalogue: Catalogue, number: str, zone: str) -> Iterator[LabelledValue]:
    """Yield the matters of a case with the state of each one's last task, and its promised day while it is open."""
    tasks = {row["matter"]: row for row in tx.select("tasks", order=("id",), case_number=number)}
    for matter, task in tasks.items():
        day = format_due_day(task["due_at"], zone) if task["ended_at"] is None else ""
        state = translate(TASK_STATE_NAMES[task["state"]])
        yield LabelledValue(localize(catalogue.matter(matter).name), f"{state}  {day}".rstrip())


def describe_act(act: Row) -> str:
    """Return what was done with a case at a window, in one or two words."""
    if act["act"] == "accept":
        return translate(CASE_STATE_NAMES[act["state"] if act["state"] in ("not_accepted", "received") else "accepted"])
    if act["act"] == "message":
        return _("message arrived")
    return _("papers taken in") if act["act"] == "take_in" else _("handed over")


def describe_due(case: Row, requests: Iterable[Row], zone: str, now: int, received: Row | None = None) -> str:
    """Return the next date of a case: until when papers are to be brought, or the promised day; empty if none.

    `received` is the record of a received case: until when what is missing can be brought, or has to be named.
    """
    if received is not None:
        due = received["bring_until"] or received["answer_due_at"]
    elif case["state"] == "accepted":
        deadlines = [request["deadline_at"] for request in requests if request["deadline_at"] is not None]
        due = min(deadlines) if deadlines else case["promised_at"]
    else:
        return ""
    if due is None:
        return ""
    day = format_due_day(due, zone)
    return _("{day} (passed)").format(day=day) if due < now else day


def _build_unreadable_row(acts: list[Row]) -> CaseRow:
    """Return the row of a case that cannot be displayed; opening it shows the reason."""
    return CaseRow(
        number=acts[0]["number"],
        one_thing=translate(CANNOT_BE_DISPLAYED),
        applicant="",
        at="",
        act="",
        state="",
        level="bad",
        due="",
    )
