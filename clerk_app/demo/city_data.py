"""The data files of the sample city, validated; errors name the file and the place."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from clerk_app.catalogue.base_model import Text
from clerk_app.catalogue.yaml_file import read_yaml_file
from clerk_app.errors import BadData

SAMPLE_CITY_DATA = Path(__file__).parent / "data" / "sample-city"
_FILES = ("staff.yaml", "people.yaml", "licences.yaml")
_RELATIVE_DAY = re.compile(r"today([+-][0-9]{1,5})?")

Day = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]


class _DataModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StaffData(_DataModel):
    """A member of staff; the staff number is also the id."""

    number: str
    name: str
    role: Literal["clerk", "officer", "supervisor", "administrator", "kiosk"]
    organ: str | None = None
    pin: str


class WindowData(_DataModel):
    """A window and the categories of tickets that it serves, as letters."""

    id: str
    name: str
    categories: str


class WaitingTicketData(_DataModel):
    """A ticket that is issued before the city opens."""

    category: str
    priority: str = "ordinary"


class PersonData(_DataModel):
    """An invented citizen. A newborn has no identity number yet."""

    id: str
    name: str
    id_number: str = ""
    born: Day = ""  # only without an identity number, which contains the date
    phone: str = ""
    address: str = ""

    @property
    def birth_date(self) -> str:
        """Date of birth as an ISO date."""
        digits = self.id_number[6:14]
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits else self.born


class OrganisationData(_DataModel):
    """An invented enterprise."""

    id: str
    name: str
    credit_code: str
    address: str


class IssuerData(_DataModel):
    """An issuer and the types of licences that it issues."""

    id: Name
    name: Text
    credit_code: str
    types: tuple[str, ...]


class SampleLicence(_DataModel):
    """An e-licence in the city's repository.

    `users` are other persons who may present it; `revoked` is the reason of its revocation, empty if it was not
    revoked.
    """

    id: str
    type: str
    holder: str
    users: tuple[str, ...] = ()
    valid_from: Day
    valid_to: Day = ""
    claims: dict[str, str]
    revoked: str = ""
    code: Name | None = None  # name of its signed code
    printed: bool = False  # on paper, not on a phone


class CityData(_DataModel):
    """The sample city without its catalogue and its settings."""

    staff: tuple[StaffData, ...]
    windows: tuple[WindowData, ...] = Field(min_length=1)
    waiting: tuple[WaitingTicketData, ...] = ()
    persons: tuple[PersonData, ...]
    organisations: tuple[OrganisationData, ...]
    issuers: tuple[IssuerData, ...]
    licences: tuple[SampleLicence, ...]

    def issuer_of(self, licence_type: str) -> IssuerData:
        """Return the issuer of this type of licence. Raises KeyError."""
        for issuer in self.issuers:
            if licence_type in issuer.types:
                return issuer
        raise KeyError(licence_type)

    def subjects(self) -> dict[str, PersonData | OrganisationData]:
        """Return every person and organisation by id."""
        subjects: list[PersonData | OrganisationData] = [*self.persons, *self.organisations]
        return {subject.id: subject for subject in subjects}

    def code_names(self) -> tuple[str, ...]:
        """Return the names of all signed codes, in the order of the file."""
        return tuple(licence.code for licence in self.licences if licence.code)

    def holder_of(self, code: str) -> str:
        """Return the holder of the licence whose code has this name; empty for an unknown one."""
        return next((licence.holder for licence in self.licences if code and licence.code == code), "")

    def is_printed(self, code: str) -> bool:
        """Return whether the code of this name is on paper."""
        return any(licence.printed for licence in self.licences if licence.code == code)


def load_city_data(today: date, folder: Path = SAMPLE_CITY_DATA) -> CityData:
    """Read the files in `folder`; words such as `today-9` become ISO dates. Raises BadData with file and error."""
    data: dict[str, Any] = {}
    for name in _FILES:
        page = read_yaml_file(folder / name, name)
        if page.mistakes or not isinstance(page.content, dict):
            raise BadData("{path}: {text}", path=name, text=page.mistakes[0] if page.mistakes else "")
        data |= page.content
    try:
        return CityData.model_validate(_resolve_dates(data, today))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadData("{path}: {place}: {text}", path=folder, place=place, text=first["msg"]) from error


def read_settings_text() -> str:
    """Return the `office.toml` of the sample city."""
    return (SAMPLE_CITY_DATA / "office.toml").read_text("utf-8")


def _resolve_dates(value: Any, today: date) -> Any:
    """Return `value` with every `today`, `today-9`, `today+30` replaced by an ISO date."""
    if isinstance(value, dict):
        return {key: _resolve_dates(inner, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolve_dates(inner, today) for inner in value]
    if isinstance(value, str) and (found := _RELATIVE_DAY.fullmatch(value)):
        return (today + timedelta(days=int(found[1] or 0))).isoformat()
    return value
