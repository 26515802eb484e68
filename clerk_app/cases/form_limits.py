"""Sizes, characters and formats of the parts of an acceptance that another node decided.

A part that no program of a window writes could not be displayed, or would burden every machine that gets the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Sized
from datetime import date
from typing import Any

import msgspec

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.media_types import JPEG, PDF
from clerk_app.cases.overruled_findings import MOST_OVERRULED
from clerk_app.cases.overruled_photos import is_plausible_overrule
from clerk_app.text.characters import is_refused

MAX_PAPER_BYTES = 32 * 1024 * 1024  # of the file of a paper; the center takes no larger one
_MAX_ID = 200  # characters
_MAX_TEXT = 4_000  # characters of a name or a value of the form
_MAX_REASON = 20_000
_MAX_CLAIMS = 50_000
_MAX_CHARACTERS = 500_000  # of all values and claims
_MAX_ROWS = 500  # parties, values, materials or sources of one case
_MAX_DAYS = 10_000
_MAX_PAGES = 50  # of a paper
_LATEST_DATE = 253_370_764_800_000_000  # 9999-01-01, microseconds UTC; later times have no date
_STATES = {"receipt": "accepted", "not_accepted": "not_accepted", "one_time": "received"}
_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_plausible(command: Any, decision: Any) -> bool:
    """Return whether a program of a window may have written every part of an acceptance and its decision."""
    details, materials = command.personal, getattr(command, "materials", ())
    parties = details.parties if details is not None else ()
    claims = details.claims if details is not None else {}
    ids, texts = [*_list_ids(command, decision, parties)], [*_list_texts(command, decision, parties)]
    dates = list_dates(decision)
    return (
        _are_texts(ids, _MAX_ID)
        and "".join(ids).isprintable()
        and all(len(rows) <= _MAX_ROWS for rows in _list_rows(command, decision))
        and _are_texts(texts, _MAX_TEXT)
        and _are_texts([getattr(command, "reason", "")], _MAX_REASON)
        and len({party.role for party in parties}) == len(parties)
        and all(map(is_plausible_material, materials))
        and all(map(_are_claims, claims.values()))
        and sum(map(len, (*texts, *claims.values()))) <= _MAX_CHARACTERS
        and 0 <= min(dates, default=0) <= max(dates, default=0) < _LATEST_DATE
        and all(0 <= days <= _MAX_DAYS for task in decision.tasks for days in (task.promised_days, task.statutory_days))
        and decision.state == _STATES.get(decision.notice.removeprefix(f"{decision.number}-"))
        and decision.applicant_kind in ("person", "organisation")
    )


def list_dates(decision: Any) -> list[int]:
    """Return the dates of a case and its tasks, microseconds UTC, without those that are not known."""
    dates = [decision.promised_at, decision.statutory_at]
    for task in decision.tasks:
        dates += (task.due_at, task.statutory_at, task.rank)
    dates += (promise.due_at for promise in decision.promises)
    return [when for when in dates if when is not None]


def _list_ids(command: Any, decision: Any, parties: Iterable[Any]) -> Iterator[str]:
    yield from (command.draft, command.visit, command.window, decision.applicant, decision.site, decision.calendar)
    yield from getattr(command, "duplicates", ())
    yield getattr(command, "duplicate_code", "")
    yield getattr(command, "person", "")
    yield from getattr(command, "reason_codes", ())
    yield from getattr(command, "sources", {})
    yield from decision.consents
    yield from decision.consents.values()
    for task in decision.tasks:
        yield task.calendar
    for promise in decision.promises:
        yield from (promise.kind, promise.subject, promise.organ, promise.sheet, *promise.matters)
    for party in parties:
        yield from (party.role, party.kind, party.subject, party.known_by)
    if command.personal is not None:
        yield from command.personal.values
        yield from command.personal.claims


def _list_rows(command: Any, decision: Any) -> Iterator[Sized]:
    yield from (decision.tasks, decision.matters, decision.consents, decision.promises)
    yield from (getattr(command, name, ()) for name in ("materials", "sources", "duplicates", "reason_codes"))
    if command.personal is not None:
        yield from (command.personal.parties, command.personal.values, command.personal.claims)


def _list_texts(command: Any, decision: Any, parties: Iterable[Any]) -> Iterator[str]:
    for matter in decision.matters:
        yield matter.dropped
    for party in parties:
        yield from (party.name, party.number)
    if command.personal is not None:
        yield from command.personal.values.values()
    yield from getattr(command, "sources", {}).values()


def _are_texts(texts: Sequence[str], longest: int) -> bool:
    """Return whether each text is short enough, and none has a character that a window refuses."""
    if max(map(len, texts), default=0) > longest:
        return False
    characters = "".join(texts)  # one check of all is much faster than one of each
    return characters.isprintable() or not any(map(is_refused, characters))


def is_plausible_material(material: GivenMaterial) -> bool:
    """Return whether a program of a window may have written a material."""
    return (
        material.how in ("licence", "paper", "earlier")
        and _are_texts((material.material, material.licence, material.issuer, material.grade, material.origin), _MAX_ID)
        and _are_texts((material.paper_code, material.paper_reason), _MAX_TEXT)
        and len(material.overruled) <= MOST_OVERRULED
        and all(_are_texts((given.finding, given.code, given.reason), _MAX_TEXT) for given in material.overruled)
        and _is_plausible_photo(material)
        and 0 <= material.learnt_at < _LATEST_DATE
        and all(map(_is_date, filter(None, (material.valid_to, material.issued_on))))
        and all(_DIGEST.fullmatch(digest) for digest in (material.content, material.source) if digest)
        and _is_plausible_file(material)
    )


def _is_plausible_photo(material: GivenMaterial) -> bool:
    """Return whether a program may have written what a material states of the check of a photo."""
    photo = material.photo
    if photo is None:
        return True
    texts = (photo.code, photo.reason, *(flaw.code for flaw in photo.flaws))
    return material.how == "paper" and is_plausible_overrule(photo) and _are_texts(texts, _MAX_TEXT)


def _is_plausible_file(material: GivenMaterial) -> bool:
    """Return whether a program may have written what a material states of the file of a paper."""
    if not material.media_type:
        return not (material.pages or material.size or material.source)
    most = {JPEG: 1, PDF: _MAX_PAGES}.get(material.media_type, 0)
    return (
        material.how == "paper"
        and bool(material.content)
        and 0 < material.pages <= most
        and 0 < material.size <= MAX_PAPER_BYTES
    )


def is_plausible_supplement(material: GivenMaterial) -> bool:
    """Return whether a program of a window may have written a material that is taken in for a running case."""
    return is_plausible_material(material)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _are_claims(text: str) -> bool:
    """Return whether a text is a JSON object of texts, as the claims of a licence are."""
    if len(text) > _MAX_CLAIMS:
        return False
    try:
        msgspec.json.decode(text, type=dict[str, str])
    except (ValueError, RecursionError):
        return False
    return True
