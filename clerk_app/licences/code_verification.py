"""What every check of a signed code has in common: three-valued results, doubts, and the trust list with its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from clerk_app.licences.encoding import CodeRejected
from clerk_app.licences.reasons import Finding, ListFault, Reason
from clerk_app.licences.trust_list import TrustedKey, TrustList, check_age


class Result(Enum):
    """Green: proved. Amber: genuine, with a doubt that the clerk must settle. Red: not to be used."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class CodeVerdict:
    """What a code is worth. Red has one finding; amber one finding for each doubt; green none."""

    result: Result
    findings: tuple[Finding, ...]
    issuer: TrustedKey | None = None  # who signed it; None until the signature held
    trust_age: timedelta | None = None

    @property
    def reason(self) -> Reason | None:
        """The first finding's reason; None on green."""
        return self.findings[0].reason if self.findings else None

    def sentences(self) -> tuple[str, ...]:
        """Every finding as a sentence in the language spoken now."""
        return tuple(finding.sentence() for finding in self.findings)

    def to_dict(self) -> dict[str, object]:
        """The outcome for `--json`; format and claims are added by those who know them."""
        return {
            "result": self.result.value,
            "reason": self.reason.value if self.reason else None,
            "reasons": [finding.reason.value for finding in self.findings],
            "issuer": {"code": self.issuer.issuer, "names": dict(self.issuer.names)} if self.issuer else None,
            "ages": {name: age.total_seconds() for name, age in self.ages().items() if age is not None},
        }

    def ages(self) -> dict[str, timedelta | None]:
        """How old the lists were that it was judged by; None for one that was not reached."""
        return {"trust": self.trust_age}


class CodeVerification:
    """One code on its way: what is known of it so far, and the doubts collected."""

    def __init__(self, trust: TrustList | ListFault, now: datetime) -> None:
        self.trust = trust
        self.now = now
        self.doubts: list[Finding] = []
        self.issuer: TrustedKey | None = None
        self.trust_age: timedelta | None = None

    def add_doubt(self, finding: Finding) -> None:
        """Collects a doubt."""
        self.doubts.append(finding)

    def accepted_result(self) -> Result:
        """What a code is worth that every step let through."""
        return Result.AMBER if self.doubts else Result.GREEN

    def usable_trust_list(self) -> TrustList:
        """The trust list, if it can be used and is not too old; an old one is a doubt."""
        if isinstance(self.trust, ListFault):
            raise CodeRejected(self.trust.finding)
        self.trust_age = age = self.trust.age(self.now)
        stale, old = Finding(Reason.TRUST_STALE, {"age": age}), Finding(Reason.TRUST_OLD, {"age": age})
        self.apply_age_rule(check_age(age, self.trust.issued_at, stale, old), old)
        return self.trust

    def apply_age_rule(self, finding: Finding | None, old: Finding) -> None:
        """Doubts when `finding` is `old`, refuses when it is another."""
        if finding is old:
            self.add_doubt(old)
        elif finding:
            raise CodeRejected(finding)
