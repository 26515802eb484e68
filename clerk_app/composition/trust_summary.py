"""What an office trusts: root key, version and age of the trust list, issuers with keys and status lists, the draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.licences.crypto.keys import fingerprint
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.list_versions import ROOT_KEY_FILE, load_root_key
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.root_succession import read_roots, read_succession
from clerk_app.licences.status_list import StatusList
from clerk_app.licences.trust_draft import load_draft
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import TrustedKey, TrustList
from clerk_app.locales import _, format_list
from clerk_app.text.durations import format_age

DATE_WARNING = timedelta(days=21)
"""Time before the end of the date key from which `clerk doctor` warns: its successor is signed on another machine."""
EXPIRY_WARNING = timedelta(days=60)
"""Time before the end of an issuer's last key from which `clerk doctor` warns."""


@dataclass(frozen=True)
class KeySummary:
    """A key of an issuer: its id, when it is trusted, and whether its private part is in this office."""

    kid: str
    valid_from: datetime
    valid_until: datetime
    is_here: bool


@dataclass(frozen=True)
class IssuerSummary:
    """An issuer of the published list. `marked` counts revoked and suspended licences, `issued_at` is of that list."""

    code: str
    names: dict[str, str]
    types: tuple[str, ...]
    keys: tuple[KeySummary, ...]
    marked: int | None
    issued_at: datetime | None

    def ends_at(self) -> datetime:
        """Return the end of its last key."""
        return max(key.valid_until for key in self.keys)


@dataclass(frozen=True)
class RemovedSummary:
    """An issuer that does not count from `since` on."""

    code: str
    names: dict[str, str]
    since: datetime


@dataclass(frozen=True)
class DateKeySummary:
    """The key that dates the list, until when, and whether its private part is in this office."""

    kid: str
    until: datetime
    is_here: bool


@dataclass(frozen=True)
class TrustSummary:
    """What an office trusts. `fault` is the reason why the trust list cannot be used; empty if it can."""

    root: str
    is_root_here: bool
    version: int
    issued_at: datetime | None
    fault: str
    issuers: tuple[IssuerSummary, ...]
    draft: tuple[str, ...]
    draft_digest: str
    removed: tuple[RemovedSummary, ...] = ()
    date_key: DateKeySummary | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the summary for `--json`, with times in ISO form."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    def lines(self, office: Office) -> Iterator[str]:
        """Yield the summary in the current language."""
        if not self.root:
            yield _("No root key yet: clerk trust init")
            return
        place = _("private key here") if self.is_root_here else _("private key elsewhere")
        yield _("Root key {fingerprint} ({place})").format(fingerprint=self.root, place=place)
        if self.fault:
            yield self.fault
        elif self.issued_at is not None:
            yield _("Trust list version {version}, {age} old").format(
                version=self.version, age=format_age(max(office.utc - self.issued_at, timedelta()))
            )
        for issuer in self.issuers:
            yield f"{issuer.code}  {' / '.join(issuer.names.values())}  {format_list(issuer.types)}"
            for key in issuer.keys:
                yield "  " + _describe_key(key, office.utc)
            yield "  " + _describe_status(issuer, office.utc)
        if self.date_key is not None:
            place = _("private key here") if self.date_key.is_here else _("private key elsewhere")
            until = f"{self.date_key.until:%Y-%m-%d}"
            yield _("Date key {kid}, dates the list until {day} ({place})").format(
                kid=self.date_key.kid, day=until, place=place
            )
        for removed in self.removed:
            time = office.local_time(int(removed.since.timestamp()) * 1_000_000).strftime("%Y-%m-%d %H:%M")
            names = " / ".join(removed.names.values())
            yield f"{removed.code}  {names}  " + _("removed, does not count from {time} on").format(time=time)
        for line in self.draft:
            yield _("Not published yet: {issuer}").format(issuer=line)
        if self.draft:
            yield f"SHA-256 {self.draft_digest}"


def _describe_key(key: KeySummary, now: datetime) -> str:
    place = _("private key here") if key.is_here else _("private key elsewhere")
    days = f"{key.valid_from:%Y-%m-%d} - {key.valid_until:%Y-%m-%d}"
    return f"{key.kid}  {days}  {place}" + ("" if now < key.valid_until else "  " + _("expired"))


def _describe_status(issuer: IssuerSummary, now: datetime) -> str:
    if issuer.marked is None or issuer.issued_at is None:
        return _("no status list")
    return _("status list: {count} revoked or suspended, {age} old").format(
        count=issuer.marked, age=format_age(max(now - issuer.issued_at, timedelta()))
    )


def read_trust_summary(office: Office) -> TrustSummary:
    """Read what the office trusts. Raises BadData, OSError."""
    folder, keys = office.folder / TRUST_FOLDER, KeyFolder(office.folder / KEYS_FOLDER)
    saved = load_draft(office.folder)
    draft = ((), "") if saved.is_empty else (tuple(saved.to_text().splitlines()), saved.digest)
    if not (folder / ROOT_KEY_FILE).exists():
        return TrustSummary("", False, 0, None, "", (), *draft)
    root = read_roots(load_root_key(folder), read_succession(folder))[-1]
    is_here = keys.find_key(root) is not None
    trust, status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        return TrustSummary(fingerprint(root), is_here, 0, None, str(trust), (), *draft)
    issuers = tuple(_summarise_issuers(trust, status, keys))
    removed = tuple(RemovedSummary(code, dict(each.names), each.since) for code, each in sorted(trust.removed.items()))
    named = trust.date_key
    date_key = None
    if named is not None:
        date_key = DateKeySummary(named.public.kid.hex(), named.until, keys.find_key(named.public) is not None)
    dated = trust.newest_date
    return TrustSummary(fingerprint(root), is_here, trust.version, dated, "", issuers, *draft, removed, date_key)


def _summarise_issuers(trust: TrustList, status: StatusLists, keys: KeyFolder) -> Iterator[IssuerSummary]:
    for code in sorted({key.issuer for key in trust.keys.values()}):
        listed = sorted((key for key in trust.keys.values() if key.issuer == code), key=lambda key: key.valid_from)
        lists = [found for uri, found in status.lists.items() if uri.split(":")[1] == code]
        usable = [found for found in lists if isinstance(found, StatusList)]
        yield IssuerSummary(
            code,
            dict(listed[-1].names),
            tuple(sorted(listed[-1].types)),
            tuple(_summarise_key(key, keys) for key in listed),
            sum(len(found.marked()) for found in usable) if usable else None,
            min((found.issued_at for found in usable), default=None),
        )


def _summarise_key(key: TrustedKey, keys: KeyFolder) -> KeySummary:
    return KeySummary(key.public.kid.hex(), key.valid_from, key.valid_until, keys.find_key(key.public) is not None)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
