"""What any presented text is worth, against the lists of an office or of a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clerk_app.cli.opened import opened
from clerk_app.desks.office import TRUST, Office
from clerk_app.licences.codes import (
    CodePolicy,
    DynamicCode,
    Explained,
    ForeignCode,
    LookUpKey,
    Presented,
    SignedLicence,
    recognise,
)
from clerk_app.licences.foreign import verify_foreign
from clerk_app.licences.seen import read_lists
from clerk_app.licences.verify import PREFIX, PRESENTED, Sighting, verify
from clerk_app.locales import _

_Seen = Callable[[bytes], Sighting | None]


@dataclass(frozen=True)
class Checked:
    """The answer for programs (`format`, `result`, `reason`, `claims`, `issuer`, `ages`) and for people."""

    plain: Mapping[str, object]
    sentences: tuple[str, ...]


def check(text: str, folder: Path, trust_folder: Path | None, at: datetime | None) -> Checked:
    """What `text` is worth at `at` (now, if none is given).

    The lists are those of `trust_folder` (with the authority's key as `root.pem`) or else of the office in `folder`.
    Where there is an office, its visits tell whether the code was shown in the 24 hours before; elsewhere that stays a
    doubt. Raises BadData, OutOfReach.
    """
    if trust_folder is not None and not (folder / "office.toml").exists():
        return _checked(text, trust_folder, at, None)
    with opened(folder) as office:
        return _checked(text, trust_folder or folder / TRUST, at, office)


def _checked(text: str, lists: Path, at: datetime | None, office: Office | None) -> Checked:
    policy = office.code_policy if office else CodePolicy()
    moment = at or (office.utc if office else datetime.now(UTC))
    presented = recognise(text, policy)
    signed = text.strip().startswith((PREFIX, PRESENTED))  # also one too long or too odd to be recognised as such
    if not signed and not isinstance(presented, ForeignCode):
        return _unsigned(presented)
    trust, status = office.trust() if office and lists == office.folder / TRUST else read_lists(lists)
    if isinstance(presented, ForeignCode):
        found = verify_foreign(presented, trust, moment)
        return Checked(found.plain(), found.sentences())
    seen = _sightings(office, moment) if office else None
    verdict = verify(text, trust, status, moment, seen=seen, fresh=policy.life)
    return Checked(verdict.plain(), verdict.sentences())


def _unsigned(presented: Presented) -> Checked:
    """A text that proves nothing by itself: never accepted here, and why."""
    if isinstance(presented, SignedLicence | ForeignCode | DynamicCode):
        reason, sentence = "dynamic-code", _("Only the center can resolve this code, for a window, once.")
    else:
        reason = {LookUpKey: "not-proof", Explained: "not-accepted-here"}.get(type(presented), "unknown")
        sentence = presented.sentence()
    nothing: dict[str, object] = {"claims": None, "issuer": None, "ages": {}}
    plain = {"format": presented.form.value, "result": "red", "reason": reason, "reasons": [reason], **nothing}
    return Checked(plain, (sentence,))


def _sightings(office: Office, moment: datetime) -> _Seen:
    since = int((moment - timedelta(days=1)).timestamp()) * 1_000_000

    def seen(cti: bytes) -> Sighting | None:
        with office.store.read() as look:
            row = look.one("hall.seen_since", code_key=cti.hex(), visit="", since=since)
            window = look.row("windows", id=row["window_id"]) if row else None
        return Sighting(office.wall(row["started_at"]), window["name"] if window else "") if row else None

    return seen
