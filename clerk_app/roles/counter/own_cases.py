"""The cases of a window on the present day: accepted, not accepted, supplemented or handed over there.

A clerk also sees those that they accepted or handed over at another window of the service centre today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clerk_app.cases.dates import to_local_time
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
    """Return the cases of a window today, and those of its clerk elsewhere, last act first; each case once."""
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
        windows = {row["id"]: localize_name(row["name"]) for row in tx.select("windows")}
        by_case: dict[str, list[Row]] = {}
        for act in acts:
            by_case.setdefault(act["number"], []).append(act)

        def build(rows: list[Row]) -> CaseRow:
            return _build_row(tx, rows, papers[rows[0]["number"]], now, window, windows)

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
    catalogue = publication.load_version(tx, case["catalogue"], case["catalogue_version"])
    zone = catalogue.time_zone
    places = [windows.get(act["act_window"], act["act_window"]) for act in acts if act["act_window"] != window]
    name, state = localize(catalogue.one_thing(case["one_thing"]).name), translate(CASE_STATE_NAMES[case["state"]])
    requests = [row for row in tx.select("supplements", case_number=case["number"]) if row["answered_at"] is None]
    due = describe_due(case, requests, zone, now)
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


def _describe_wait(requests: list[Row]) -> str:
    """Return what a case waits for: requested papers, or special procedures."""
    return translate(TASK_STATE_NAMES["procedure"]) if all(row["kind"] for row in requests) else _("needs papers")


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
        return _("not accepted") if act["state"] == "not_accepted" else _("accepted")
    return _("papers taken in") if act["act"] == "take_in" else _("handed over")


def describe_due(case: Row, requests: Iterable[Row], zone: str, now: int) -> str:
    """Return the next date of a case: until when papers are to be brought, or the promised day; empty if none."""
    if case["state"] != "accepted":
        return ""
    deadlines = [request["deadline_at"] for request in requests if request["deadline_at"] is not None]
    due = min(deadlines) if deadlines else case["promised_at"]
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
