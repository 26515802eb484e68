"""What the verification of every signed code shares: inputs, three-valued results, doubts, and the trust list's age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from clerk_app.licences.encoding import CodeRejected
from clerk_app.licences.reasons import Finding, ListFault, Reason
from clerk_app.licences.recognised_code import DEFAULT_CODE_LIFETIME
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import TrustedKey, TrustList, check_age


class Result(Enum):
    """Green: proved. Amber: genuine, with a doubt that the clerk must settle. Red: not to be used."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Sighting:
    """An earlier showing of the same code: when, and at which window or counter by name."""

    at: datetime
    place: str


@dataclass(frozen=True, kw_only=True)
class VerificationContext:
    """Everything besides the text that a verification needs."""

    trust: TrustList | ListFault
    status: StatusLists
    now: datetime  # aware
    find_sighting: Callable[[bytes], Sighting | None] | None = None
    """Returns the earlier showing of a code by its cti; without it, reuse stays a doubt."""
    last_trusted: datetime | None = None
    """The latest time known for certain on this machine; a clock behind it verifies nothing."""
    max_presentation_age: timedelta = DEFAULT_CODE_LIFETIME
    """How long a code signed by a phone (`EL2:`) is accepted."""
    secrets: Sequence[bytes] = ()
    """Keys that open encrypted codes of other issuers."""


class Claims(Protocol):
    """What a code says."""

    def to_dict(self) -> dict[str, object]: ...


@dataclass(frozen=True, kw_only=True)
class CodeVerdict:
    """The result of a verification. Red has one finding and no claims; amber one finding for each doubt; green none."""

    result: Result
    findings: tuple[Finding, ...]
    format_name: str
    claims: Claims | None = None
    issuer: TrustedKey | None = None  # who signed the code; None until the signature is verified
    trust_age: timedelta | None = None

    @property
    def reason(self) -> Reason | None:
        """The first finding's reason; None on green."""
        return self.findings[0].reason if self.findings else None

    def sentences(self) -> tuple[str, ...]:
        """Every finding as a sentence in the current language."""
        return tuple(finding.sentence() for finding in self.findings)

    def to_dict(self) -> dict[str, object]:
        """The verdict for `--json`: times in ISO form, ages in seconds, bytes as hexadecimal."""
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
        """The ages of the lists that were used; None for a list that was not reached."""
        return {"trust": self.trust_age}


class CodeVerification:
    """The state of one verification: what is known about the code so far, and the doubts collected."""

    def __init__(self, context: VerificationContext) -> None:
        self.context = context
        self.now = context.now
        self.doubts: list[Finding] = []
        self.issuer: TrustedKey | None = None
        self.trust_age: timedelta | None = None

    def add_doubt(self, finding: Finding) -> None:
        """Add a doubt, which makes the result amber at best."""
        self.doubts.append(finding)

    def accepted_result(self) -> Result:
        """The result of a code that passed every step."""
        return Result.AMBER if self.doubts else Result.GREEN

    def usable_trust_list(self) -> TrustList:
        """Return the trust list; add a doubt if it is old. Raises CodeRejected if it is unusable or too old."""
        trust = self.context.trust
        if isinstance(trust, ListFault):
            raise CodeRejected(trust.finding)
        self.trust_age = age = trust.age(self.now)
        stale, old = Finding(Reason.TRUST_STALE, {"age": age}), Finding(Reason.TRUST_OLD, {"age": age})
        self.apply_age_rule(check_age(age, trust.issued_at, stale, old), old)
        return trust

    def apply_age_rule(self, finding: Finding | None, old: Finding) -> None:
        """Add a doubt if `finding` is `old`; raise CodeRejected for any other finding."""
        if finding is old:
            self.add_doubt(old)
        elif finding:
            raise CodeRejected(finding)
