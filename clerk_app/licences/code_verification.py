"""The parts shared by the verification of all signed codes: input, result, warnings, and the check of the trust list.

A warning is a finding that does not reject a genuine code but that the clerk must settle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

import msgspec

from clerk_app.licences.encoding import CodeRejected, rejection
from clerk_app.licences.reasons import Finding, ListFault, Reason
from clerk_app.licences.recognised_code import DEFAULT_CODE_LIFETIME
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import CLOCK_SLACK, TrustedKey, TrustList, check_age


class Result(Enum):
    """Green: every check passed. Amber: genuine, with warnings that the clerk must settle. Red: must not be used."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Sighting(msgspec.Struct, frozen=True):
    """An earlier showing of the same code: the time, and the name of the window."""

    at: datetime
    place: str


class VerificationContext(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a verification needs, except the text of the code."""

    trust: TrustList | ListFault
    status: StatusLists
    now: datetime  # aware
    find_sighting: Callable[[bytes], Sighting | None] | None = None
    """Returns the earlier showing of the code with a given cti, or None. If not set, the verdict has a warning."""
    last_trusted: datetime | None = None
    """The latest time that is known to have passed; every code is rejected if the clock is behind it."""
    max_presentation_age: timedelta = DEFAULT_CODE_LIFETIME
    """Maximum age of a code signed by a phone (`EL2:`)."""
    secrets: Sequence[bytes] = ()
    """Keys that decrypt codes of other issuers."""


class Claims(Protocol):
    """The verified content of a code. `to_dict` returns it as JSON values."""

    def to_dict(self) -> dict[str, object]: ...


class CodeVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a verification.

    A red verdict has one finding and no claims, an amber one has a finding for each warning, a green one has none.
    """

    result: Result
    findings: tuple[Finding, ...]
    format_name: str
    claims: Claims | None = None
    issuer: TrustedKey | None = None  # who signed the code; None until the signature is verified
    trust_age: timedelta | None = None

    @property
    def reason(self) -> Reason | None:
        """The reason of the first finding; None if the result is green."""
        return self.findings[0].reason if self.findings else None

    def sentences(self) -> tuple[str, ...]:
        """Return a sentence for each finding, in the current language."""
        return tuple(finding.sentence() for finding in self.findings)

    def to_dict(self) -> dict[str, object]:
        """Return the verdict as JSON values for `--json`: times in ISO form, ages in seconds, bytes as hexadecimal."""
        return {
            "format": self.format_name,
            "claims": self.claims.to_dict() if self.claims else None,
            "result": self.result.value,
            "reason": self.reason.value if self.reason else None,
            "reasons": [finding.reason.value for finding in self.findings],
            "issuer": {"code": self.issuer.issuer, "names": dict(self.issuer.names)} if self.issuer else None,
            "ages": {name: age.total_seconds() for name, age in self.ages().items() if age is not None},
        }

    def ages(self) -> dict[str, timedelta | None]:
        """Return the ages of the lists; None for a list that the verification did not reach."""
        return {"trust": self.trust_age}


class CodeVerification:
    """The state of one verification: the issuer and the age of the trust list, once known, and the warnings so far."""

    def __init__(self, context: VerificationContext) -> None:
        self.context = context
        self.now = context.now
        self.warnings: list[Finding] = []
        self.issuer: TrustedKey | None = None
        self.trust_age: timedelta | None = None

    def add_warning(self, finding: Finding) -> None:
        """Add a warning, which makes the result amber at best."""
        self.warnings.append(finding)

    def accepted_result(self) -> Result:
        """Return the result for a code that passed every step: amber if there are warnings, else green."""
        return Result.AMBER if self.warnings else Result.GREEN

    def check_period(self, issued: datetime, starts: datetime, expires: datetime) -> None:
        """Raise CodeRejected unless the code is valid at `now`. The expiry time is exclusive (RFC 8392 3.1.4)."""
        if issued > self.now + CLOCK_SLACK:
            raise rejection(Reason.ISSUED_IN_FUTURE, issued=issued)
        if starts > self.now + CLOCK_SLACK:
            raise rejection(Reason.NOT_YET, since=starts)
        if self.now >= expires:
            raise rejection(Reason.EXPIRED, expired=expires)

    def usable_trust_list(self) -> TrustList:
        """Return the trust list; add a warning if it is old. Raises CodeRejected if it is unusable or too old."""
        trust = self.context.trust
        if isinstance(trust, ListFault):
            raise CodeRejected(trust.finding)
        self.trust_age = age = trust.age(self.now)
        stale, old = Finding(Reason.TRUST_STALE, {"age": age}), Finding(Reason.TRUST_OLD, {"age": age})
        self.apply_age_rule(check_age(age, trust.newest_date, stale, old), old)
        return trust

    def apply_age_rule(self, finding: Finding | None, old: Finding) -> None:
        """Add a warning if `finding` is `old`; do nothing if it is None. Raises CodeRejected for any other finding."""
        if finding is old:
            self.add_warning(old)
        elif finding:
            raise CodeRejected(finding)
