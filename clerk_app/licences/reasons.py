"""The reasons for rejecting a code or a list, or for a warning: a stored word and a sentence for each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum

import msgspec

from clerk_app.errors import BadData
from clerk_app.locales import _, current_language, mark
from clerk_app.text.durations import format_age

CHINA_TIMEZONE = timezone(timedelta(hours=8))
"""The time zone of all of China; the days of a licence are days in this time zone."""


class Reason(Enum):
    """The reasons, in the order of the steps of a verification; then the reasons of warnings."""

    # the code as text
    TOO_LONG = "too-long"
    NOT_A_LICENCE = "not-a-licence"
    BAD_BASE45 = "bad-base45"
    BAD_COMPRESSION = "bad-compression"
    TOO_BIG = "too-big"
    BAD_STRUCTURE = "bad-structure"
    ENCRYPTED = "encrypted"
    BAD_HEADER = "bad-header"
    BAD_ALGORITHM = "bad-algorithm"
    # the list of trusted issuers
    TRUST_MISSING = "trust-missing"
    TRUST_UNREADABLE = "trust-unreadable"
    TRUST_NOT_GENUINE = "trust-not-genuine"
    TRUST_ROLLED_BACK = "trust-rolled-back"
    TRUST_STALE = "trust-stale"
    ROOT_UNREADABLE = "root-unreadable"
    VERSIONS_UNUSABLE = "memory-unusable"
    CLOCK_BEHIND = "clock-behind"
    # the signing key and the signature
    UNKNOWN_ISSUER = "unknown-issuer"
    ISSUER_REMOVED = "issuer-removed"
    KEY_NOT_YET = "key-not-yet"
    KEY_RETIRED = "key-retired"
    ANOTHER_ALGORITHM = "another-algorithm"
    NOT_GENUINE = "not-genuine"
    # the signed content
    BAD_CONTENT = "bad-content"
    BAD_TIME = "bad-time"
    NO_EXPIRY = "no-expiry"
    ISSUED_IN_FUTURE = "issued-in-future"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    ANOTHER_ISSUER = "another-issuer"
    NO_AUTHORITY = "no-authority"
    BAD_LICENCE_NUMBER = "bad-licence-number"
    BAD_ISSUER_CODE = "bad-issuer-code"
    BAD_ID_NUMBER = "bad-id-number"
    # the list of revoked licences
    STATUS_MISSING = "status-missing"
    STATUS_UNREADABLE = "status-unreadable"
    STATUS_NOT_GENUINE = "status-not-genuine"
    STATUS_ROLLED_BACK = "status-rolled-back"
    STATUS_STALE = "status-stale"
    REVOKED = "revoked"
    # the presentation by a phone
    NOT_BOUND = "not-bound"
    WRONG_DEVICE = "wrong-device"
    PRESENTED_IN_FUTURE = "presented-in-future"
    PRESENTATION_OLD = "presentation-old"
    PRESENTATION_REUSED = "presentation-reused"
    # the validity days of the licence
    LICENCE_NOT_YET = "licence-not-yet"
    LICENCE_EXPIRED = "licence-expired"
    # warnings: the code is genuine, but the clerk must settle this
    TRUST_OLD = "trust-old"
    STATUS_OLD = "status-old"
    NO_STATUS = "no-status"
    SHOWN_BEFORE = "shown-before"
    REUSE_NOT_CHECKED = "reuse-not-checked"
    WITHOUT_PHONE = "without-phone"
    HIDDEN_CHARACTERS = "hidden-characters"


_DAMAGED = mark("The code is damaged or not an e-licence code. Ask the holder to show it again.")
_MALFORMED = mark("The code holds something that no issuer writes. It was not accepted.")

SENTENCES: Mapping[Reason, str] = {
    Reason.TOO_LONG: mark("The code is longer than any e-licence code. It was not read."),
    Reason.NOT_A_LICENCE: mark("This is not a signed e-licence code."),
    Reason.BAD_BASE45: _DAMAGED,
    Reason.BAD_COMPRESSION: _DAMAGED,
    Reason.TOO_BIG: mark("The code unpacks to more than any e-licence holds. It was not read."),
    Reason.BAD_STRUCTURE: _DAMAGED,
    Reason.ENCRYPTED: mark("The code is encrypted for somebody else. This office cannot read it."),
    Reason.BAD_HEADER: _MALFORMED,
    Reason.BAD_ALGORITHM: mark("The code is not signed in a way that this office trusts. It was not accepted."),
    Reason.TRUST_MISSING: mark(
        "There is no list of trusted issuers here, so no signed code can be accepted. Fetch the list."
    ),
    Reason.TRUST_UNREADABLE: mark(
        "The list of trusted issuers cannot be read, so no signed code can be accepted. Fetch the list again."
    ),
    Reason.TRUST_NOT_GENUINE: mark(
        "The list of trusted issuers is not signed by the authority, so no signed code can be accepted. "
        "Tell the administrator."
    ),
    Reason.TRUST_ROLLED_BACK: mark(
        "The list of trusted issuers (version {version}) is older than one already seen here (version {seen}). "
        "It is not used. Tell the administrator."
    ),
    Reason.TRUST_STALE: mark(
        "The list of trusted issuers is {age} old, too old to accept signed codes. Fetch the list."
    ),
    Reason.ROOT_UNREADABLE: mark(
        "The authority's key {path} cannot be read, so no signed code can be accepted. Tell the administrator."
    ),
    Reason.VERSIONS_UNUSABLE: mark(
        "The stored versions of the lists ({path}) cannot be read or written, so no signed code "
        "can be accepted. Tell the administrator."
    ),
    Reason.CLOCK_BEHIND: mark(
        "The clock of this machine is behind the time of {known}. Set it before codes are checked."
    ),
    Reason.UNKNOWN_ISSUER: mark("No issuer on the list of trusted issuers has signed this code. It was not accepted."),
    Reason.ISSUER_REMOVED: mark(
        "{issuer} was removed from the list of trusted issuers on {since}: its licences do not count any more. "
        "Ask the holder for a licence of the organ that is responsible now, or for the paper."
    ),
    Reason.KEY_NOT_YET: mark("{issuer} may use the key of this code only from {since}. It was not accepted."),
    Reason.KEY_RETIRED: mark(
        "{issuer} has retired the key of this code ({until}). Ask the holder to fetch a new code."
    ),
    Reason.ANOTHER_ALGORITHM: mark("The code names another way of signing than {issuer} uses. It was not accepted."),
    Reason.NOT_GENUINE: mark("Not genuine: {issuer} did not sign this code, or it was changed afterwards."),
    Reason.BAD_CONTENT: _MALFORMED,
    Reason.BAD_TIME: _MALFORMED,
    Reason.NO_EXPIRY: mark("The code never expires, so it is not accepted. Ask the holder to fetch a new code."),
    Reason.ISSUED_IN_FUTURE: mark(
        "The code was issued at {issued}, which is in the future. Check the clock of this machine."
    ),
    Reason.NOT_YET: mark("The code is valid only from {since}."),
    Reason.EXPIRED: mark("The code expired at {expired}. Ask the holder to show a fresh one."),
    Reason.ANOTHER_ISSUER: mark("The code names another issuer than {issuer}, who signed it. It was not accepted."),
    Reason.NO_AUTHORITY: mark("{issuer} may not issue licences of the type {type}. It was not accepted."),
    Reason.BAD_LICENCE_NUMBER: mark("The licence number in the code is wrong. It was not accepted."),
    Reason.BAD_ISSUER_CODE: mark("The issuer's credit code in the code is wrong. It was not accepted."),
    Reason.BAD_ID_NUMBER: mark("The holder's number in the code is wrong. It was not accepted."),
    Reason.STATUS_MISSING: mark(
        "There is no list of revoked licences of {issuer} here, so its codes cannot be accepted. Fetch the list."
    ),
    Reason.STATUS_UNREADABLE: mark("The list of revoked licences of {issuer} cannot be read. Fetch the list again."),
    Reason.STATUS_NOT_GENUINE: mark(
        "The list of revoked licences of {issuer} is not signed by that issuer. Tell the administrator."
    ),
    Reason.STATUS_ROLLED_BACK: mark(
        "The list of revoked licences of {issuer} ({version}) is older than one already seen here ({seen}). "
        "It is not used. Tell the administrator."
    ),
    Reason.STATUS_STALE: mark(
        "The list of revoked licences of {issuer} is {age} old, too old to accept codes by it. Fetch the list."
    ),
    Reason.REVOKED: mark(
        "{issuer} has revoked or suspended this licence (list of {listed}, {age} old). It cannot be used."
    ),
    Reason.NOT_BOUND: mark(
        "The licence in the code is not bound to a phone, so no phone can present it. Ask the holder for the EL1 code."
    ),
    Reason.WRONG_DEVICE: mark(
        "The licence was issued to another phone than the one that presents it. It was not accepted."
    ),
    Reason.PRESENTED_IN_FUTURE: mark(
        "The phone made the code at {issued}, which is in the future. Compare the clocks."
    ),
    Reason.PRESENTATION_OLD: mark(
        "The phone made this code {age} ago; it may be a copy. Ask the holder to refresh it."
    ),
    Reason.PRESENTATION_REUSED: mark(
        "This code was already shown {age} ago at {place}; it may be a copy. Ask the holder to refresh it."
    ),
    Reason.LICENCE_NOT_YET: mark("The licence itself is valid only from {since}."),
    Reason.LICENCE_EXPIRED: mark("The licence itself was valid until {until}. It has to be renewed."),
    Reason.TRUST_OLD: mark("Genuine, but the list of trusted issuers is {age} old."),
    Reason.STATUS_OLD: mark(
        "Genuine, but the list of revoked licences is {age} old: a later revocation is not known here."
    ),
    Reason.NO_STATUS: mark("Genuine, but a code of this kind cannot be revoked: compare it with the record."),
    Reason.SHOWN_BEFORE: mark(
        "Genuine, but this code was already shown {age} ago at {place}. Compare person and photo."
    ),
    Reason.REUSE_NOT_CHECKED: mark(
        "Genuine, but whether it was shown elsewhere today could not be checked. Compare person and photo."
    ),
    Reason.WITHOUT_PHONE: mark(
        "Genuine, but the phone that the licence was issued to has not signed: it may be a copy. "
        "Compare person and photo."
    ),
    Reason.HIDDEN_CHARACTERS: mark("Genuine, but the text held hidden or too many characters. They are shown as ?."),
}


class Finding(msgspec.Struct, frozen=True):
    """A reason with its facts. Times, days, ages and names are formatted when the sentence is built."""

    reason: Reason
    facts: Mapping[str, object] = msgspec.field(default_factory=dict)

    @property
    def age(self) -> timedelta | None:
        """The age of the list or code, if the facts contain one; else None."""
        age = self.facts.get("age")
        return age if isinstance(age, timedelta) else None

    def sentence(self) -> str:
        """Return the sentence with its facts, in the current language."""
        return _(SENTENCES[self.reason]).format(**{name: _format_fact(fact) for name, fact in self.facts.items()})


class ListFault(BadData):
    """A list of trusted issuers or of revoked licences cannot be used; `finding` holds the reason."""

    def __init__(self, reason: Reason, /, **facts: object) -> None:
        super().__init__(SENTENCES[reason], **facts)
        self.finding = Finding(reason, facts)

    def __str__(self) -> str:
        """Return the sentence of the finding, in the current language."""
        return self.finding.sentence()


def localized_name(names: Mapping[str, str]) -> str:
    """Return the name in the current language from `{"zh": ..., "en": ...}`; if missing, the first name, or ""."""
    language = current_language().partition("_")[0]
    return names.get(language) or next(iter(names.values()), "")


def _format_fact(fact: object) -> str:
    if isinstance(fact, timedelta):
        return format_age(fact)
    if isinstance(fact, datetime):
        return fact.astimezone(CHINA_TIMEZONE).strftime("%Y-%m-%d %H:%M")
    if isinstance(fact, Mapping):
        return localized_name(fact)
    return str(fact)
