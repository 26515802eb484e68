"""Papers that a citizen prints at a kiosk: copies of licences and signed codes, part of the policy of a city."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from clerk_app.catalogue.base_model import CatalogueModel, Id, Text

_SAMPLE: JsonDict = {"source": "a sample value"}


class CopyPurpose(CatalogueModel):
    """A purpose for which a copy of a licence is printed."""

    id: Id = Field(description="Code of a purpose of copies of licences.", json_schema_extra=_SAMPLE)
    name: Text = Field(description="The purpose or receiver, as printed.", json_schema_extra=_SAMPLE)


def _reject_repeated(purposes: tuple[CopyPurpose, ...]) -> tuple[CopyPurpose, ...]:
    ids = [purpose.id for purpose in purposes]
    for number, name in enumerate(ids):
        if name in ids[:number]:
            raise PydanticCustomError("listed_twice", "{name} is there twice.", {"name": name})
    return purposes


_PURPOSES = (
    CopyPurpose(id="own", name=Text(zh="持证人本人存档", en="the holder's own file")),
    CopyPurpose(id="bank", name=Text(zh="银行", en="a bank")),
    CopyPurpose(id="notary", name=Text(zh="公证机构", en="a notary")),
    CopyPurpose(id="school", name=Text(zh="学校", en="a school")),
    CopyPurpose(id="employer", name=Text(zh="用人单位", en="an employer")),
    CopyPurpose(id="housing", name=Text(zh="租房或购房", en="renting or buying a home")),
)


class CitizenPapers(CatalogueModel):
    """Copies of licences and signed codes on paper at a kiosk."""

    copy_purposes: Annotated[tuple[CopyPurpose, ...], AfterValidator(_reject_repeated)] = Field(
        _PURPOSES,
        min_length=1,
        max_length=24,
        description="Purposes for which a citizen prints a copy of a licence (证照复印件) at a kiosk.",
        json_schema_extra=_SAMPLE,
    )
    copies_at_once: Annotated[int, Field(ge=1, le=5)] = Field(
        3, description="Copies of a licence that a citizen prints at once.", json_schema_extra=_SAMPLE
    )
    code_hours: Annotated[int, Field(ge=1, le=720)] = Field(
        24,
        description="Time for which a signed code printed at a kiosk (证照码凭条) is valid, in hours.",
        json_schema_extra=_SAMPLE,
    )
    confirm_codes: bool = Field(
        False,
        description="Whether a clerk of the hall compares the person's document before a kiosk prints a signed code.",
        json_schema_extra=_SAMPLE,
    )
    confirm_minutes: Annotated[int, Field(ge=1, le=15)] = Field(
        5, description="Time in which a clerk confirms it, in minutes.", json_schema_extra=_SAMPLE
    )

    def find_purpose(self, name: str) -> CopyPurpose | None:
        """Return the purpose with this id, or None."""
        return next((purpose for purpose in self.copy_purposes if purpose.id == name), None)
