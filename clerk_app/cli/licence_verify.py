"""What any presented text is worth, against the lists of an office or of a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clerk_app.cli.opened import opened
from clerk_app.composition.office import TRUST_FOLDER, Office
from clerk_app.licences.foreign.verification import verify_foreign_code
from clerk_app.licences.formats.code_format import (
    CodePolicy,
    ForeignCode,
    LookupKey,
    RecognisedCode,
    RecognisedDynamicCode,
    SignedLicence,
    UnsupportedCode,
    recognise_code,
)
from clerk_app.licences.licence_verification import LICENCE_PREFIX, PRESENTATION_PREFIX, Sighting, verify_licence_code
from clerk_app.licences.list_versions import load_trust_lists
from clerk_app.locales import _

_FindSighting = Callable[[bytes], Sighting | None]


@dataclass(frozen=True)
class CheckedCode:
    """The answer for programs (`format`, `result`, `reason`, `claims`, `issuer`, `ages`) and for people."""

    json_fields: Mapping[str, object]
    sentences: tuple[str, ...]


def check_code(text: str, folder: Path, trust_folder: Path | None, at: datetime | None) -> CheckedCode:
    """What `text` is worth at `at` (now, if none is given).

    The lists are those of `trust_folder` (with the authority's key as `root.pem`) or else of the office in `folder`.
    Where there is an office, its visits tell whether the code was shown in the 24 hours before; elsewhere that stays a
    doubt. Raises BadData, OutOfReach.
    """
    if trust_folder is not None and not (folder / "office.toml").exists():
        return _check_against_lists(text, trust_folder, at, None)
    with opened(folder) as office:
        return _check_against_lists(text, trust_folder or folder / TRUST_FOLDER, at, office)


def _check_against_lists(text: str, lists: Path, at: datetime | None, office: Office | None) -> CheckedCode:
    policy = office.code_policy if office else CodePolicy()
    moment = at or (office.utc if office else datetime.now(UTC))
    presented = recognise_code(text, policy)
    signed = text.strip().startswith(
        (LICENCE_PREFIX, PRESENTATION_PREFIX)
    )  # also one too long or too odd to be recognised as such
    if not signed and not isinstance(presented, ForeignCode):
        return _describe_unsigned(presented)
    trust, status = (
        office.read_trust_lists() if office and lists == office.folder / TRUST_FOLDER else load_trust_lists(lists)
    )
    if isinstance(presented, ForeignCode):
        found = verify_foreign_code(presented, trust, moment)
        return CheckedCode(found.to_dict(), found.sentences())
    seen = _make_sighting_finder(office, moment) if office else None
    verdict = verify_licence_code(text, trust, status, moment, find_sighting=seen, max_presentation_age=policy.lifetime)
    return CheckedCode(verdict.to_dict(), verdict.sentences())


def _describe_unsigned(presented: RecognisedCode) -> CheckedCode:
    """A text that proves nothing by itself: never accepted here, and why."""
    if isinstance(presented, SignedLicence | ForeignCode | RecognisedDynamicCode):
        reason, sentence = "dynamic-code", _("Only the center can resolve this code, for a window, once.")
    else:
        reason = {LookupKey: "not-proof", UnsupportedCode: "not-accepted-here"}.get(type(presented), "unknown")
        sentence = presented.sentence()
    nothing: dict[str, object] = {"claims": None, "issuer": None, "ages": {}}
    plain = {"format": presented.format_name.value, "result": "red", "reason": reason, "reasons": [reason], **nothing}
    return CheckedCode(plain, (sentence,))


def _make_sighting_finder(office: Office, moment: datetime) -> _FindSighting:
    since = int((moment - timedelta(days=1)).timestamp()) * 1_000_000

    def seen(cti: bytes) -> Sighting | None:
        with office.store.read() as look:
            row = look.query_one("hall.last_code_use", code_key=cti.hex(), visit="", since=since)
            window = look.get("windows", id=row["window_id"]) if row else None
        return Sighting(office.local_time(row["started_at"]), window["name"] if window else "") if row else None

    return seen
