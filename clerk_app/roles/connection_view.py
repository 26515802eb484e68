"""View of the connection to the center: state, unsent entries, ages of the lists, what can be done offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from clerk_app.composition.office import Office
from clerk_app.ledger.offline_authority import answers_now
from clerk_app.licences.reasons import ListFault
from clerk_app.locales import _
from clerk_app.text.durations import format_age
from clerk_app.views.connection import ConnectionView, Progress
from clerk_app.views.shared import LabelledValue, Level, ListAge
from db.engines import Row, Transaction

ConnectionState = Literal["own", "connected", "lost", "silent", "shut"]
SLOW_FLUSH_SECONDS = 0.3  # a flush that takes longer is slow; a healthy disk needs a few milliseconds
_HOUR = timedelta(hours=1)
_WARN_AGE, _BAD_AGE = 24 * _HOUR, 7 * 24 * _HOUR  # ages from which a list has the level "warn" or "bad"


@dataclass(frozen=True)
class ConnectionFacts:
    """State of the connection. Times are in microseconds UTC, by the clock of this machine."""

    state: ConnectionState
    center: str = ""
    url: str = ""
    since: int | None = None  # time when the state began
    last_response_at: int | None = None
    unsent: int = 0
    oldest_unsent: int | None = None  # time of the oldest unsent entry
    rejected: int = 0
    clock_offset: int = 0  # microseconds that the center's clock is ahead
    restored_at: int | None = None  # time when this window last detected a restore of the center
    durable: int = 0  # entries up to this number survive the loss of the center's machine
    last_entry: int = 0  # number of the newest entry of this store
    resending: bool = False  # whether entries that the restored center lacks are being sent again

    @property
    def is_own_center(self) -> bool:
        """Whether this store is its own center."""
        return self.state == "own"

    @property
    def is_reachable(self) -> bool:
        """Whether the authority can answer a call: this store is its own center, or the center answers."""
        return self.state in ("own", "connected")


def read_connection_facts(office: Office, tx: Transaction | None = None) -> ConnectionFacts:
    """Read the state of the connection in `tx`; None opens a new transaction."""
    if tx is None:
        with office.store.read() as opened:
            return read_connection_facts(office, opened)
    connection = tx.query_one("ledger.center_connection")
    rejected = sum(_read_count(tx, name) for name in ("ledger.count_rejected_work", "cases.count_open_objections"))
    if connection is None:
        return ConnectionFacts("own", rejected=rejected)
    oldest = tx.query_one("ledger.oldest_unanswered")
    state, restore = _read_state(office, connection), tx.query_one("ledger.restore_state")
    return ConnectionFacts(
        state=state,
        center=connection["center"],
        url=connection["url"],
        since=connection["lost_at"] if state == "lost" else connection["reached_at"],
        last_response_at=connection["measured_at"],
        unsent=_read_count(tx, "ledger.count_unanswered"),
        oldest_unsent=oldest["at"] if oldest else None,
        rejected=rejected,
        clock_offset=connection["clock_offset"],
        restored_at=restore["at"] if restore else None,
        durable=connection["safe"],
        last_entry=_last_entry_number(tx),
        resending=bool(restore and restore["telling"]),
    )


def read_data_time(office: Office, tx: Transaction) -> int | None:
    """Return the time up to which this store has the changes of its authority, in microseconds UTC.

    It is the time of the last exchange by the center's clock, None before the first one; the present time at an
    authority.
    """
    connection = tx.query_one("ledger.center_connection")
    if connection is None:
        return office.now
    return None if connection["measured_at"] is None else int(connection["measured_at"] + connection["clock_offset"])


def describe_connection(office: Office, facts: ConnectionFacts) -> tuple[str, Level]:
    """Return the state of the connection in a few words, and its severity."""
    no_response = _("no center response since {time}") if facts.last_response_at else _("no center response yet")
    states: dict[ConnectionState, tuple[str, Level]] = {
        "own": (_("own center"), "good"),
        "connected": (_("connected since {time}"), "good"),
        "lost": (_("center out of reach since {time}"), "warn"),
        "silent": (no_response, "warn"),
        "shut": (_("the center rejects this window"), "bad"),
    }
    sentence, level = states[facts.state]
    if facts.state == "connected" and _read_problems(office):
        sentence, level = _("connected since {time}, with problems here"), "warn"
    moment = facts.last_response_at if facts.state == "silent" else facts.since
    return sentence.format(time=_format_moment(office, moment)), level


def list_connection_forms(office: Office, facts: ConnectionFacts) -> tuple[str, ...]:
    """Return shorter forms of `describe_connection`, longest first."""
    if facts.state == "own":
        return ()
    if facts.state == "shut":
        return (_("rejected by the center"), _("rejected"))
    if facts.state == "connected":
        return (_("connected, with problems"), _("problems")) if _read_problems(office) else (_("connected"),)
    moment = facts.last_response_at if facts.state == "silent" else facts.since
    if moment is None:
        return (_("offline"),)
    return (_("offline since {time}").format(time=_format_moment(office, moment)), _("offline"))


def read_list_ages(office: Office, facts: ConnectionFacts) -> tuple[ListAge, ...]:
    """Return the ages of the lists that this machine keeps, and a warning if its disk is slow."""
    found = [_trust_age(office)]
    if not facts.is_own_center:
        age = timedelta(microseconds=max(0, office.now - facts.last_response_at)) if facts.last_response_at else None
        words = _("missing") if age is None else _("up to date") if facts.is_reachable else format_age(age)
        fresh: Level = "bad" if age is None else "good" if facts.is_reachable else _level(age)
        found.append(ListAge(_("catalogue and staff"), words, fresh))
    return (*found, *_slow_disk(office))


def _slow_disk(office: Office) -> tuple[ListAge, ...]:
    """Return a warning if the last flush was slow, because a failing disk often becomes slow before it fails."""
    seconds = office.store.flush_seconds
    if seconds < SLOW_FLUSH_SECONDS:
        return ()
    return (ListAge(_("disk"), _("slow, {ms} ms").format(ms=round(seconds * 1000)), "warn"),)


def read_connection_view(
    office: Office, *, with_acceptances: bool = False, at_reception: bool = False
) -> ConnectionView:
    """Read the view of the connection and the rejected work, which a supervisor sees with the rejected acceptances.

    What can be done offline is that of a window and a department, or that of a reception.
    """
    from clerk_app.roles.rejected_work import read_rejected_acceptances, read_rejected_work  # most commands: not before

    with office.store.read() as tx:
        facts = read_connection_facts(office, tx)
        zone = office.catalogue_frame().time_zone
        acceptances = read_rejected_acceptances(tx, zone, office.corrected_now) if with_acceptances else ()
        rejected = (*acceptances, *read_rejected_work(tx, zone))
    words, level = describe_connection(office, facts)
    return ConnectionView(
        headline=words,
        error=office.connection.error if office.connection is not None else "",
        problems=_read_problems(office),
        level=level,
        facts=tuple(_describe_facts(office, facts)),
        unavailable=() if facts.is_reachable else _unavailable_offline(at_reception),
        available=() if facts.is_reachable else _available_offline(at_reception),
        rejected=rejected,
        lists=read_list_ages(office, facts),
        progress=_measure_progress(facts),
    )


def _measure_progress(facts: ConnectionFacts) -> tuple[Progress, ...]:
    """Return how far the entries of this store have come: answered by the center, copied off the center's machine."""
    if facts.is_own_center:
        return ()
    return (
        Progress(_("Sent to the center"), max(0, facts.last_entry - facts.unsent), facts.last_entry),
        Progress(_("Copied off the center"), min(facts.durable, facts.last_entry), facts.last_entry),
    )


def _describe_facts(office: Office, facts: ConnectionFacts) -> list[LabelledValue]:
    found = [LabelledValue(_("Center"), f"{facts.center}  {facts.url}".strip() or _("this machine itself"))]
    if not facts.is_own_center:
        unsent = str(facts.unsent)
        if facts.oldest_unsent is not None:
            unsent += " " + _("(the oldest from {time})").format(time=_format_moment(office, facts.oldest_unsent))
        found.append(LabelledValue(_("Waits to be sent"), unsent))
        found.append(
            LabelledValue(
                _("Last response"),
                _format_moment(office, facts.last_response_at) if facts.last_response_at else _("never"),
            )
        )
        seconds = round(facts.clock_offset / 1_000_000)
        if abs(seconds) >= 5:
            found.append(
                LabelledValue(_("This clock is off by"), _("{count} s; dates are corrected").format(count=-seconds))
            )
    if facts.restored_at is not None:
        sentence = _("{time}; what it had lost was sent again")
        if facts.resending or facts.unsent:
            sentence = _("{time}; what it had lost is being sent again")
        found.append(
            LabelledValue(_("Restored from a backup"), sentence.format(time=_format_moment(office, facts.restored_at)))
        )
    return found


def _unavailable_offline(at_reception: bool) -> tuple[str, ...]:
    if at_reception:
        return (
            _("Issuing tickets: send citizens to the windows, which serve them without a ticket."),
            _("Taking a ticket out of the queue, or moving it to another category."),
        )
    return (
        _("Calling the next ticket: take in a printed one by its number, or serve somebody without a ticket (F8)."),
        _("Codes from a phone that change: ask for the signed code, on the phone or on paper."),
        _("What the city holds about somebody: take the papers in; this case keeps what it has."),
        _("Claiming further tasks: those already held can be decided."),
    )


def _available_offline(at_reception: bool) -> tuple[str, ...]:
    if at_reception:
        return (_("Finding a ticket in the queue as it was last known, and printing its slip again."),)
    return (
        _("Accepting cases: numbers and receipts are final, and sent as soon as the center is back."),
        _("Taking in papers, handing over, deciding tasks that are held."),
    )


def _read_problems(office: Office) -> tuple[str, ...]:
    return office.connection.problems if office.connection is not None else ()


def _read_state(office: Office, connection: Row) -> ConnectionState:
    if office.connection is not None and office.connection.error:
        return "shut"
    if answers_now(connection, office.now):
        return "connected"
    return "lost" if connection["lost_at"] is not None else "silent"


def _format_moment(office: Office, moment: int | None) -> str:
    if moment is None:
        return ""
    local, now = office.local_time(moment), office.local_time(office.now)  # both by the clock of this machine
    return local.strftime("%H:%M") if local.date() == now.date() else local.strftime("%m-%d %H:%M")


def _last_entry_number(tx: Transaction) -> int:
    node = tx.query_one("ledger.own_node")
    last = (
        tx.query_one("ledger.last_of_incarnation", node=node["id"], incarnation=node["incarnation"]) if node else None
    )
    return int(last["number"]) if last else 0


def _read_count(tx: Transaction, name: str) -> int:
    row = tx.query_one(name)
    return int(row["many"]) if row else 0


def _trust_age(office: Office) -> ListAge:
    trust, _status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        return ListAge(_("trust list"), _("missing"), "bad")
    age = trust.age(office.utc)
    return ListAge(_("trust list"), format_age(age), _level(age))


def _level(age: timedelta) -> Level:
    return "good" if age < _WARN_AGE else "warn" if age < _BAD_AGE else "bad"
