"""What the sample city is made of, as its data files say it: checked, with file and place of a mistake."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from clerk_app.catalogue.yaml_file import read_yaml_file
from clerk_app.composition.settings import LocalizedText
from clerk_app.errors import BadData

SAMPLE_CITY_DATA = Path(__file__).parent / "data" / "sample-city"
BAD_CODES = ("expired", "forged")  # codes that every city has beside those of its data, to try the check with
_FILES = ("staff.yaml", "people.yaml", "licences.yaml")
_RELATIVE_DAY = re.compile(r"today([+-][0-9]{1,5})?")

Day = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]


class _DataModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StaffData(_DataModel):
    """Somebody who signs in; the staff number is the id too."""

    number: str
    name: str
    role: Literal["clerk", "officer", "supervisor", "administrator", "kiosk"]
    organ: str | None = None
    pin: str


class WindowData(_DataModel):
    """A window and the categories of tickets it serves, as letters."""

    id: str
    name: str
    categories: str


class WaitingTicketData(_DataModel):
    """A ticket that was taken before the city opens."""

    category: str
    priority: str = "ordinary"


class PersonData(_DataModel):
    """An invented citizen. A newborn has no number yet."""

    id: str
    name: str
    id_number: str = ""
    born: Day = ""  # of somebody without a number; a number says it itself
    phone: str = ""
    address: str = ""

    @property
    def birth_date(self) -> str:
        """As an ISO date."""
        digits = self.id_number[6:14]
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits else self.born


class OrganisationData(_DataModel):
    """An invented enterprise."""

    id: str
    name: str
    credit_code: str
    address: str


class IssuerData(_DataModel):
    """Who issues licences of which types."""

    id: Name
    name: LocalizedText
    credit_code: str
    types: tuple[str, ...]


class LicenceData(_DataModel):
    """An e-licence that the city holds. `users` may show it beside its holder; `revoked` says why it was taken back."""

    id: str
    type: str
    holder: str
    users: tuple[str, ...] = ()
    valid_from: Day
    valid_to: Day = ""
    claims: dict[str, str]
    revoked: str = ""
    code: Name | None = None  # the signed code of it, by this name
    printed: bool = False  # on paper, not on a phone


class CityData(_DataModel):
    """The whole sample city but its catalogue and its settings."""

    staff: tuple[StaffData, ...]
    windows: tuple[WindowData, ...] = Field(min_length=1)
    waiting: tuple[WaitingTicketData, ...] = ()
    persons: tuple[PersonData, ...]
    organisations: tuple[OrganisationData, ...]
    issuers: tuple[IssuerData, ...]
    licences: tuple[LicenceData, ...]

    def issuer_of(self, licence_type: str) -> IssuerData:
        """Who issues licences of this type. Raises KeyError."""
        for issuer in self.issuers:
            if licence_type in issuer.types:
                return issuer
        raise KeyError(licence_type)

    def holder_of(self, licence: LicenceData) -> PersonData | OrganisationData:
        """Whose it is. Raises KeyError."""
        return self.subjects()[licence.holder]

    def subjects(self) -> dict[str, PersonData | OrganisationData]:
        """Everybody that a licence can belong to, by id."""
        subjects: list[PersonData | OrganisationData] = [*self.persons, *self.organisations]
        return {one.id: one for one in subjects}

    def code_names(self) -> tuple[str, ...]:
        """The names of all signed codes, in the order of the file."""
        return tuple(licence.code for licence in self.licences if licence.code)

    def is_printed(self, code: str) -> bool:
        """Whether the code of this name is kept on paper."""
        return any(licence.printed for licence in self.licences if licence.code == code)


def load_city_data(today: date, folder: Path = SAMPLE_CITY_DATA) -> CityData:
    """What the files in `folder` say, `today-9` and its like made dates. Raises BadData with file and mistake."""
    whole: dict[str, Any] = {}
    for name in _FILES:
        page = read_yaml_file(folder / name, name)
        if page.mistakes or not isinstance(page.content, dict):
            raise BadData("{path}: {text}", path=name, text=page.mistakes[0] if page.mistakes else "")
        whole |= page.content
    try:
        return CityData.model_validate(_resolve_dates(whole, today))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadData("{path}: {place}: {text}", path=folder, place=place, text=first["msg"]) from error


def read_settings_text() -> str:
    """The `office.toml` of the sample city."""
    return (SAMPLE_CITY_DATA / "office.toml").read_text("utf-8")


def _resolve_dates(value: Any, today: date) -> Any:
    """`value` with every `today`, `today-9`, `today+30` in it as an ISO date."""
    if isinstance(value, dict):
        return {key: _resolve_dates(inner, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolve_dates(inner, today) for inner in value]
    if isinstance(value, str) and (found := _RELATIVE_DAY.fullmatch(value)):
        return (today + timedelta(days=int(found[1] or 0))).isoformat()
    return value
