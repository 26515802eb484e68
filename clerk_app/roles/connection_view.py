"""The line to the center in words: since when, what waits, how fresh the lists are, what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from clerk_app.composition.office import Office
from clerk_app.ledger.offline_authority import SILENCE_LIMIT
from clerk_app.licences.reasons import ListFault, format_age
from clerk_app.locales import _
from clerk_app.roles.rejected_work import read_rejected_work
from clerk_app.views import ConnectionView, LabelledValue, Level, ListAge
from db.engines import Row, Transaction

ConnectionState = Literal["own", "connected", "lost", "silent", "shut"]
_HOUR = timedelta(hours=1)
_AMBER, _RED = 24 * _HOUR, 7 * 24 * _HOUR


@dataclass(frozen=True)
class ConnectionFacts:
    """What is known of the line. Times are microseconds UTC by this machine's clock."""

    state: ConnectionState
    center: str = ""
    url: str = ""
    since: int | None = None  # connected, or out of reach
    last_response_at: int | None = None  # last
    unsent: int = 0
    oldest_unsent: int | None = None  # of what waits
    rejected: int = 0
    clock_offset: int = 0  # that the center's clock is ahead
    restored_at: int | None = None  # the center was found to have come back from a backup, last
    durable: int = 0  # entries up to here outlive the center's machine
    last_entry: int = 0  # this store's newest entry that others are told of
    resending: bool = False  # what it had forgotten is being told again


def read_connection_facts(office: Office, tx: Transaction | None = None) -> ConnectionFacts:
    """The facts as they are now."""
    if tx is None:
        with office.store.read() as opened:
            return read_connection_facts(office, opened)
    line = tx.query_one("ledger.center_connection")
    returned = sum(_many(tx, name) for name in ("ledger.count_rejected_work", "cases.count_open_objections"))
    if line is None:
        return ConnectionFacts("own", rejected=returned)
    oldest = tx.query_one("ledger.oldest_unanswered")
    state, put_back = _state(office, line), tx.query_one("ledger.restore_state")
    return ConnectionFacts(
        state=state,
        center=line["center"],
        url=line["url"],
        since=line["lost_at"] if state == "lost" else line["reached_at"],
        last_response_at=line["measured_at"],
        unsent=_many(tx, "ledger.count_unanswered"),
        oldest_unsent=oldest["at"] if oldest else None,
        rejected=returned,
        clock_offset=line["clock_offset"],
        restored_at=put_back["at"] if put_back else None,
        durable=line["safe"],
        last_entry=_last(tx),
        resending=bool(put_back and put_back["telling"]),
    )


def describe_connection(office: Office, facts: ConnectionFacts) -> tuple[str, Level]:
    """The connection in a few words, and how it is meant."""
    words: dict[ConnectionState, tuple[str, Level]] = {
        "own": (_("own center"), "good"),
        "connected": (_("connected since {time}"), "good"),
        "lost": (_("center out of reach since {time}"), "warn"),
        "silent": (_("center not heard since {time}") if facts.last_response_at else _("center not heard yet"), "warn"),
        "shut": (_("the center does not listen to this window"), "bad"),
    }
    sentence, level = words[facts.state]
    return sentence.format(
        time=_time(office, facts.last_response_at if facts.state == "silent" else facts.since)
    ), level


def read_list_ages(office: Office, facts: ConnectionFacts) -> tuple[ListAge, ...]:
    """How fresh each list is that lies here."""
    found = [_trust_age(office)]
    if facts.state != "own":
        age = timedelta(microseconds=max(0, office.now - facts.last_response_at)) if facts.last_response_at else None
        words = _("missing") if age is None else _("up to date") if facts.state == "connected" else format_age(age)
        fresh: Level = "bad" if age is None else "good" if facts.state == "connected" else _level(age)
        found.append(ListAge(_("catalogue and staff"), words, fresh))
    return tuple(found)


def read_connection_view(office: Office) -> ConnectionView:
    """The whole page."""
    with office.store.read() as tx:
        facts = read_connection_facts(office, tx)
        returned = read_rejected_work(tx, office.catalogue().time_zone)
    words, level = describe_connection(office, facts)
    trouble = office.connection.error if office.connection is not None else ""
    return ConnectionView(
        headline=words,
        error=trouble,
        level=level,
        facts=tuple(_facts(office, facts)),
        unavailable=_cannot() if facts.state in ("lost", "silent", "shut") else (),
        available=_can() if facts.state in ("lost", "silent", "shut") else (),
        rejected=returned,
    )


def _facts(office: Office, facts: ConnectionFacts) -> list[LabelledValue]:
    found = [LabelledValue(_("Center"), f"{facts.center}  {facts.url}".strip() or _("this machine itself"))]
    if facts.state != "own":
        waits = str(facts.unsent)
        if facts.oldest_unsent is not None:
            waits += " " + _("(the oldest from {time})").format(time=_time(office, facts.oldest_unsent))
        found.append(LabelledValue(_("Waits to be sent"), waits))
        found.append(
            LabelledValue(
                _("Heard last"), _time(office, facts.last_response_at) if facts.last_response_at else _("never")
            )
        )
        safe = _("entries up to {safe} of {last}") if facts.durable else _("nothing yet")
        words = safe.format(safe=facts.durable, last=facts.last_entry)
        found.append(LabelledValue(_("Safe beyond the center's machine"), words))
        seconds = round(facts.clock_offset / 1_000_000)
        if abs(seconds) >= 5:
            found.append(
                LabelledValue(_("This clock is off by"), _("{count} s; dates are corrected").format(count=-seconds))
            )
    if facts.restored_at is not None:
        told = _("{time}; what it had forgotten was sent again")
        if facts.resending or facts.unsent:
            told = _("{time}; what it had forgotten is being sent again")
        found.append(LabelledValue(_("Came back from a backup"), told.format(time=_time(office, facts.restored_at))))
    found += [LabelledValue(one.name, one.age) for one in read_list_ages(office, facts)]
    return found


def _cannot() -> tuple[str, ...]:
    return (
        _("Calling the next ticket: take in a printed one by its number, or serve who stands here without one (F8)."),
        _("Codes from a phone that change: ask for the signed code, on the phone or on paper."),
        _("What the city holds about somebody: take the papers in; this case keeps what it has."),
        _("Claiming further tasks: those already held can be decided."),
    )


def _can() -> tuple[str, ...]:
    return (
        _("Accepting cases: numbers and receipts are final, and sent as soon as the center is back."),
        _("Taking in papers, handing over, deciding tasks that are held."),
    )


def _state(office: Office, line: Row) -> ConnectionState:
    if office.connection is not None and office.connection.error:
        return "shut"
    if line["lost_at"] is not None:
        return "lost"
    heard = line["measured_at"]
    return "connected" if heard is not None and office.now - heard < SILENCE_LIMIT else "silent"


def _time(office: Office, moment: int | None) -> str:
    if moment is None:
        return ""
    wall, now = office.local_time(moment), office.local_time()
    return wall.strftime("%H:%M") if wall.date() == now.date() else wall.strftime("%m-%d %H:%M")


def _last(tx: Transaction) -> int:
    here = tx.query_one("ledger.own_node")
    last = (
        tx.query_one("ledger.last_of_incarnation", node=here["id"], incarnation=here["incarnation"]) if here else None
    )
    return int(last["number"]) if last else 0


def _many(tx: Transaction, name: str) -> int:
    row = tx.query_one(name)
    return int(row["many"]) if row else 0


def _trust_age(office: Office) -> ListAge:
    trust, _status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        return ListAge(_("trust list"), _("missing"), "bad")
    age = trust.age(office.utc)
    return ListAge(_("trust list"), format_age(age), _level(age))


def _level(age: timedelta) -> Level:
    return "good" if age < _AMBER else "warn" if age < _RED else "bad"
