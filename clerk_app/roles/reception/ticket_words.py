"""Describes a ticket to its holder and to the reception: state, place, estimated wait, and the reason of its place."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.hall.calling_order import count_before_ticket, explain_category
from clerk_app.hall.estimate_inputs import read_hall_state
from clerk_app.hall.wait_estimate import WaitRange, estimate_waits
from clerk_app.hall.windows import is_lease_valid, parse_categories
from clerk_app.locales import _, localize_name
from clerk_app.paper.printers.printer_set import is_folder
from clerk_app.roles.call_reasons import class_name, describe_place
from clerk_app.roles.formatting import format_short_age, format_time
from clerk_app.views.reception import IssuedRow, TicketAct, TicketAnswer
from clerk_app.views.shared import Level
from db.engines import Row, Transaction

_SECOND = 1_000_000  # microseconds


def format_wait(wait: tuple[int, int]) -> str:
    """Return an estimated wait in minutes (from, to) in words; empty without an estimate."""
    low, high = wait
    if not high:
        return ""
    return (_("about {low} to {high} minutes") if low else _("up to {high} minutes")).format(low=low, high=high)


def count_ahead(office: Office, tx: Transaction, ticket: Row) -> int:
    """Return how many waiting tickets the windows of its category call before a waiting one, as on its slip."""
    return count_before_ticket(tx, ticket["hall"], ticket["id"], office.corrected_now)


def list_acts(ticket: Row) -> tuple[TicketAct, ...]:
    """Return what a reception can do with a ticket in its present state."""
    acts: dict[str, tuple[TicketAct, ...]] = {
        "waiting": ("reprint", "left", "move", "papers"),
        "held": ("reprint", "papers"),
        "printing": ("printed", "not_printed"),
    }
    return acts.get(ticket["state"], ())


def answer_for(office: Office, tx: Transaction, ticket: Row) -> TicketAnswer:
    """Return where a ticket is, in sentences for its holder."""
    sentences = _describe_waiting(office, tx, ticket) if ticket["state"] == "waiting" else [_describe(tx, ticket)]
    issued = _("Taken at {time}, {age} ago.").format(
        time=format_time(office.local_time(ticket["issued_at"])),
        age=format_short_age(ticket["issued_at"], office.corrected_now),
    )
    return TicketAnswer(ticket["id"], ticket["number"], (*sentences, issued), list_acts(ticket))


def _describe_waiting(office: Office, tx: Transaction, ticket: Row) -> list[str]:
    places = explain_category(tx, ticket["hall"], ticket["category"])
    index = next((at for at, place in enumerate(places) if place.ticket["id"] == ticket["id"]), None)
    if index is None:
        return [_("It waits.")]
    ahead = count_ahead(office, tx, ticket)
    sentence = _("{count} are called before it at the windows of its category.").format(count=ahead)
    sentences = [sentence if ahead else _("It is called next in its category.")]
    wait = format_wait(_estimate(office, tx, ticket))
    if wait:
        sentences.append(_("Estimated further wait: {time}.").format(time=wait))
    serving = _count_windows(office, tx, ticket["category"])
    if not serving:
        sentences.append(_("No open window calls this category now."))
    sentences.append(_("Why there: {reason}").format(reason=describe_place(office, tx, places[index])))
    return sentences


def _estimate(office: Office, tx: Transaction, ticket: Row) -> tuple[int, int]:
    """Return the further wait of a waiting ticket in minutes: that of a new one which counts as issued as early."""
    now = office.corrected_now
    age = (now - max(0, ticket["rank"])) / _SECOND
    state = read_hall_state(tx, ticket["hall"], now).ahead_of(age)
    wait = estimate_waits(state, [ticket["category"]], seed=now // (15 * _SECOND)).get(ticket["category"], WaitRange())
    return wait.to_minutes() if wait else (0, 0)


def _count_windows(office: Office, tx: Transaction, category: str) -> int:
    rows = [row for row in tx.select("windows") if category in parse_categories(row["categories"])]
    return sum(row["state"] == "open" and is_lease_valid(tx, row, office.corrected_now) for row in rows)


def _describe(tx: Transaction, ticket: Row) -> str:
    window = _window_name(tx, ticket)
    sentence = {
        "printing": _("The printer did not confirm its slip, or the program ended meanwhile: did it come out?"),
        "serving": _("It was called: please go to {window}."),
        "held": _("It is on hold at {window}: please go there."),
        "finished": _("It was served at {window}."),
        "unserved": _("It ended without service. A new ticket is needed."),
        "no_show": _("It was called to {window} and nobody came. A new ticket is needed."),
        "not_served": _("The hall closed before it was called. It is served at any window."),
        "void": _("It is void: a new ticket is needed."),
    }.get(ticket["state"], "")
    return sentence.format(window=window)


def _window_name(tx: Transaction, ticket: Row) -> str:
    row = tx.get("windows", id=ticket["window_id"]) if ticket["window_id"] else None
    return localize_name(row["name"]) if row is not None else _("a window")


def issued_row(office: Office, tx: Transaction, ticket: Row, names: dict[str, str], reprints: int) -> IssuedRow:
    """Return the row of a ticket that was issued here; `reprints` is how often its slip was printed again."""
    slip, level = _describe_slip(office, ticket, reprints)
    return IssuedRow(
        id=ticket["id"],
        number=ticket["number"],
        category=names.get(ticket["category"], str(ticket["category"])),
        class_name=class_name(ticket["priority"]),
        time=format_time(office.local_time(ticket["issued_at"])),
        state=_state_word(office, tx, ticket),
        slip=slip,
        level=level,
        acts=list_acts(ticket),
    )


def _state_word(office: Office, tx: Transaction, ticket: Row) -> str:
    if ticket["state"] == "waiting":
        return _("waits, {count} before it").format(count=count_ahead(office, tx, ticket))
    if ticket["state"] in ("serving", "held"):
        word = _("at {window}") if ticket["state"] == "serving" else _("on hold at {window}")
        return word.format(window=_window_name(tx, ticket))
    words = {
        "printing": _("not in the queue yet"),
        "finished": _("served"),
        "unserved": _("without service"),
        "no_show": _("not here"),
        "not_served": _("hall closed"),
        "void": _("void"),
    }
    return words.get(ticket["state"], "")


def _describe_slip(office: Office, ticket: Row, reprints: int) -> tuple[str, Level]:
    """Return what is known about the slip: a spool folder does not confirm that paper came out."""
    if ticket["state"] == "printing":
        return _("did it come out?"), "warn"
    if ticket["state"] == "void":
        return _("not valid"), "warn"
    name = office.printers.name_for_paper("ticket")
    words, is_removed = _("sent to printer"), False
    if is_folder(office.printers.get(name)):
        spool, number = office.printers.spool_of(name), str(ticket["number"])
        number = f"{number}-{reprints}" if reprints else number
        try:
            words = _("to be printed") if spool.find_paper("ticket", number) else words
            is_removed = spool.was_removed("ticket", number)
        except OutOfReach:
            return _("the printer is not there"), "bad"
    words = _("not taken by a printer") if is_removed else words
    marked = _("{state} ({count}x)").format(state=words, count=reprints) if reprints else words
    return marked, "warn" if is_removed else "plain"
