"""Rows of the received cases of a site: what each lacks, and which date counts for it."""

from __future__ import annotations

from functools import partial

from clerk_app.cases.case_record import read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.locales import _, localize_name, plural_form, translate
from clerk_app.roles.formatting import format_party_name, list_stock_reasons, localize
from clerk_app.roles.received_notice import build_lacking_items, describe_lacking
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.views.received import ReceivedRow
from clerk_app.views.shared import Level, Option
from db.engines import Row, Transaction

MOST_RECEIVED = 200
_DAY = 86_400_000_000  # microseconds


def read_received_rows(office: Office, site: str) -> tuple[ReceivedRow, ...]:
    """Return the received cases of a site, first those whose period ends first."""
    with office.store.read() as tx:
        rows = tx.query_all("received.waiting_of_site", site=site, many=MOST_RECEIVED)
        return build_rows(
            rows,
            partial(build_received_row, office, tx),
            _build_unreadable_row,
            lambda row: f"received case {row['case_number']}",
        )


def list_close_reasons(office: Office, number: str) -> tuple[Option, ...]:
    """Return the stock reasons for the end of a received case; none if this store does not have it."""
    with office.store.read() as tx:
        case = tx.get("cases", number=number)
        if case is None:
            return ()
        catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    return list_stock_reasons(catalogue, "not_accept")


def build_received_row(office: Office, tx: Transaction, record: Row) -> ReceivedRow:
    """Build the row of a received case from its record."""
    case, now = read_case(tx, record["case_number"]), office.corrected_now
    due = record["bring_until"] or record["answer_due_at"]
    is_late = due < now
    days = max(0, (to_local_time(due, case.catalogue.time_zone).date() - office.local_time().date()).days)
    left = _("overdue") if is_late else plural_form(days, _("{count} day left"), _("{count} days left"))
    sentence = _("bring until {day} ({left})") if record["bring_until"] else _("answer until {day} ({left})")
    is_open = record["opened_node"] and (record["lease_until"] or 0) > now
    level: Level = "bad" if is_late else "warn" if due - now < _DAY else "good"
    day = to_local_time(due, case.catalogue.time_zone).date().isoformat()
    return ReceivedRow(
        number=case.number,
        one_thing=localize(case.plan.one_thing.name),
        applicant=format_party_name(case.row["applicant_name"] or "", case.row["applicant_kind"]),
        term=sentence.format(day=day, left=left.format(count=days)),
        level=level,
        missing=tuple(describe_lacking(item) for item in build_lacking_items(tx, case, record)),
        opened_by=_describe_opener(tx, record) if is_open else "",
        can_extend=record["bring_until"] is not None and not record["extended_reason"],
        is_overdue=is_late and record["bring_until"] is not None,
    )


def _describe_opener(tx: Transaction, record: Row) -> str:
    window = tx.get("windows", id=record["opened_window"])
    place = localize_name(window["name"]) if window is not None else record["opened_window"]
    return f"{place} {read_staff_name(tx, record['opened_by'])}"


def _build_unreadable_row(record: Row) -> ReceivedRow:
    return ReceivedRow(
        number=record["case_number"],
        one_thing=translate(CANNOT_BE_DISPLAYED),
        applicant="",
        term="",
        level="bad",
        missing=(),
    )
