"""The line to the center in words: since when, what waits, how fresh the lists are, what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from clerk_app.desk import Level, LineView, ListAge, Pair
from clerk_app.desks.office import Office
from clerk_app.desks.returned import returned_work
from clerk_app.ledger.provisional import SILENCE
from clerk_app.licences.reasons import ListFault, age_in_words
from clerk_app.locales import _
from db.engines import Row, Transaction

State = Literal["own", "connected", "lost", "silent", "shut"]
_HOUR = timedelta(hours=1)
_AMBER, _RED = 24 * _HOUR, 7 * 24 * _HOUR


@dataclass(frozen=True)
class LineFacts:
    """What is known of the line. Times are microseconds UTC by this machine's clock."""

    state: State
    center: str = ""
    url: str = ""
    since: int | None = None  # connected, or out of reach
    heard: int | None = None  # last
    waiting: int = 0
    oldest: int | None = None  # of what waits
    returned: int = 0
    offset: int = 0  # that the center's clock is ahead
    put_back_at: int | None = None  # the center was found to have come back from a backup, last
    safe: int = 0  # entries up to here outlive the center's machine
    last: int = 0  # this store's newest entry that others are told of
    telling: bool = False  # what it had forgotten is being told again


def line_facts(office: Office, look: Transaction | None = None) -> LineFacts:
    """The facts as they are now."""
    if look is None:
        with office.store.read() as opened:
            return line_facts(office, opened)
    line = look.one("ledger.center_line")
    returned = sum(_many(look, name) for name in ("ledger.open_refusals", "cases.open_objections"))
    if line is None:
        return LineFacts("own", returned=returned)
    oldest = look.one("ledger.oldest_unanswered")
    state, put_back = _state(office, line), look.one("ledger.put_back")
    return LineFacts(
        state=state,
        center=line["center"],
        url=line["url"],
        since=line["lost_at"] if state == "lost" else line["reached_at"],
        heard=line["measured_at"],
        waiting=_many(look, "ledger.unanswered"),
        oldest=oldest["at"] if oldest else None,
        returned=returned,
        offset=line["clock_offset"],
        put_back_at=put_back["at"] if put_back else None,
        safe=line["safe"],
        last=_last(look),
        telling=bool(put_back and put_back["telling"]),
    )


def connection(office: Office, facts: LineFacts) -> tuple[str, Level]:
    """The connection in a few words, and how it is meant."""
    words: dict[State, tuple[str, Level]] = {
        "own": (_("own center"), "good"),
        "connected": (_("connected since {time}"), "good"),
        "lost": (_("center out of reach since {time}"), "warn"),
        "silent": (_("center not heard since {time}") if facts.heard else _("center not heard yet"), "warn"),
        "shut": (_("the center does not listen to this window"), "bad"),
    }
    sentence, level = words[facts.state]
    return sentence.format(time=_time(office, facts.heard if facts.state == "silent" else facts.since)), level


def lists(office: Office, facts: LineFacts) -> tuple[ListAge, ...]:
    """How fresh each list is that lies here."""
    found = [_trust_age(office)]
    if facts.state != "own":
        age = timedelta(microseconds=max(0, office.now - facts.heard)) if facts.heard else None
        words = _("missing") if age is None else _("up to date") if facts.state == "connected" else age_in_words(age)
        fresh: Level = "bad" if age is None else "good" if facts.state == "connected" else _level(age)
        found.append(ListAge(_("catalogue and staff"), words, fresh))
    return tuple(found)


def line_view(office: Office) -> LineView:
    """The whole page."""
    with office.store.read() as look:
        facts = line_facts(office, look)
        returned = returned_work(look, office.catalogue().time_zone)
    words, level = connection(office, facts)
    trouble = office.far.trouble if office.far is not None else ""
    return LineView(
        headline=words,
        why=trouble,
        level=level,
        facts=tuple(_facts(office, facts)),
        cannot=_cannot() if facts.state in ("lost", "silent", "shut") else (),
        can=_can() if facts.state in ("lost", "silent", "shut") else (),
        returned=returned,
    )


def _facts(office: Office, facts: LineFacts) -> list[Pair]:
    found = [Pair(_("Center"), f"{facts.center}  {facts.url}".strip() or _("this machine itself"))]
    if facts.state != "own":
        waits = str(facts.waiting)
        if facts.oldest is not None:
            waits += " " + _("(the oldest from {time})").format(time=_time(office, facts.oldest))
        found.append(Pair(_("Waits to be sent"), waits))
        found.append(Pair(_("Heard last"), _time(office, facts.heard) if facts.heard else _("never")))
        safe = _("entries up to {safe} of {last}") if facts.safe else _("nothing yet")
        words = safe.format(safe=facts.safe, last=facts.last)
        found.append(Pair(_("Safe beyond the center's machine"), words))
        seconds = round(facts.offset / 1_000_000)
        if abs(seconds) >= 5:
            found.append(Pair(_("This clock is off by"), _("{count} s; dates are corrected").format(count=-seconds)))
    if facts.put_back_at is not None:
        told = _("{time}; what it had forgotten was sent again")
        if facts.telling or facts.waiting:
            told = _("{time}; what it had forgotten is being sent again")
        found.append(Pair(_("Came back from a backup"), told.format(time=_time(office, facts.put_back_at))))
    found += [Pair(one.name, one.age) for one in lists(office, facts)]
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


def _state(office: Office, line: Row) -> State:
    if office.far is not None and office.far.trouble:
        return "shut"
    if line["lost_at"] is not None:
        return "lost"
    heard = line["measured_at"]
    return "connected" if heard is not None and office.now - heard < SILENCE else "silent"


def _time(office: Office, moment: int | None) -> str:
    if moment is None:
        return ""
    wall, now = office.wall(moment), office.wall()
    return wall.strftime("%H:%M") if wall.date() == now.date() else wall.strftime("%m-%d %H:%M")


def _last(look: Transaction) -> int:
    here = look.one("ledger.here")
    last = look.one("ledger.last_of_node", node=here["id"], incarnation=here["incarnation"]) if here else None
    return int(last["number"]) if last else 0


def _many(look: Transaction, name: str) -> int:
    row = look.one(name)
    return int(row["many"]) if row else 0


def _trust_age(office: Office) -> ListAge:
    trust, _status = office.trust()
    if isinstance(trust, ListFault):
        return ListAge(_("trust list"), _("missing"), "bad")
    age = trust.age(office.utc)
    return ListAge(_("trust list"), age_in_words(age), _level(age))


def _level(age: timedelta) -> Level:
    return "good" if age < _AMBER else "warn" if age < _RED else "bad"
