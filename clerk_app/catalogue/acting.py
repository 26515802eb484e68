"""What a person may do for an absent party, by the basis on which they act: part of the policy of a city."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field
from pydantic.config import JsonDict

from clerk_app.catalogue.base_model import CatalogueModel
from clerk_app.locales import mark

Act = Literal["apply", "consent", "collect"]
"""Apply for the party (提交申请), agree to the use of the party's licences, collect results."""
CODES, PAPER = "codes", "paper"
BASES = {
    CODES: mark("codes of both, shown now"),
    PAPER: mark("written delegation, with the codes of both"),
    "guardian": mark("registered guardian"),
    "legal_representative": mark("registered legal representative"),
    "agent": mark("registered agent"),
    "family": mark("registered family member"),
}
"""Names of the bases: two ways of a delegation, and the kinds of registered relations."""
_ALL: tuple[Act, ...] = get_args(Act)
_SAMPLE: JsonDict = {"source": "a sample value"}


class ActingRules(CatalogueModel):
    """For each basis, what a person may do for the party who is absent."""

    codes: tuple[Act, ...] = Field(
        _ALL,
        description="By the codes of both, that of the absent party made for this moment.",
        json_schema_extra=_SAMPLE,
    )
    paper: tuple[Act, ...] = Field(
        ("apply", "collect"),
        description="By a written delegation (授权委托书) and the codes of both; the absent party's may be printed.",
        json_schema_extra=_SAMPLE,
    )
    guardian: tuple[Act, ...] = Field(_ALL, description="As a registered guardian (监护人).", json_schema_extra=_SAMPLE)
    legal_representative: tuple[Act, ...] = Field(
        _ALL, description="As a registered legal representative (法定代表人).", json_schema_extra=_SAMPLE
    )
    agent: tuple[Act, ...] = Field(
        ("apply", "collect"), description="As a registered agent (代理人).", json_schema_extra=_SAMPLE
    )
    family: tuple[Act, ...] = Field(
        ("apply",),
        description="As a registered family member, such as the spouse (家庭成员).",
        json_schema_extra=_SAMPLE,
    )

    def allowed(self, basis: str) -> tuple[Act, ...]:
        """Return what a basis of BASES allows; empty for another text."""
        return getattr(self, basis) if basis in BASES else ()
