"""What the sample city is made of, as its data files say it: checked, with file and place of a mistake."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from clerk_app.catalogue.yaml_pages import read_page
from clerk_app.desks.settings import Words
from clerk_app.errors import BadData

SAMPLE_CITY = Path(__file__).parent / "data" / "sample-city"
BAD_CODES = ("expired", "forged")  # codes that every city has beside those of its data, to try the check with
_FILES = ("staff.yaml", "people.yaml", "licences.yaml")
_DAY = re.compile(r"today([+-][0-9]{1,5})?")

Day = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StaffMember(_Part):
    """Somebody who signs in; the staff number is the id too."""

    number: str
    name: str
    role: Literal["clerk", "officer", "supervisor", "administrator", "kiosk"]
    organ: str | None = None
    pin: str


class Window(_Part):
    """A window and the categories of tickets it serves, as letters."""

    id: str
    name: str
    categories: str


class Waiting(_Part):
    """A ticket that was taken before the city opens."""

    category: str
    priority: str = "ordinary"


class Person(_Part):
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


class Organisation(_Part):
    """An invented enterprise."""

    id: str
    name: str
    credit_code: str
    address: str


class Issuer(_Part):
    """Who issues licences of which types."""

    id: Name
    name: Words
    credit_code: str
    types: tuple[str, ...]


class HeldLicence(_Part):
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


class CityData(_Part):
    """The whole sample city but its catalogue and its settings."""

    staff: tuple[StaffMember, ...]
    windows: tuple[Window, ...] = Field(min_length=1)
    waiting: tuple[Waiting, ...] = ()
    persons: tuple[Person, ...]
    organisations: tuple[Organisation, ...]
    issuers: tuple[Issuer, ...]
    licences: tuple[HeldLicence, ...]

    def issuer_of(self, licence_type: str) -> Issuer:
        """Who issues licences of this type. Raises KeyError."""
        for issuer in self.issuers:
            if licence_type in issuer.types:
                return issuer
        raise KeyError(licence_type)

    def holder_of(self, licence: HeldLicence) -> Person | Organisation:
        """Whose it is. Raises KeyError."""
        return self.subjects()[licence.holder]

    def subjects(self) -> dict[str, Person | Organisation]:
        """Everybody that a licence can belong to, by id."""
        subjects: list[Person | Organisation] = [*self.persons, *self.organisations]
        return {one.id: one for one in subjects}

    def code_names(self) -> tuple[str, ...]:
        """The names of all signed codes, in the order of the file."""
        return tuple(licence.code for licence in self.licences if licence.code)

    def is_printed(self, code: str) -> bool:
        """Whether the code of this name is kept on paper."""
        return any(licence.printed for licence in self.licences if licence.code == code)


def city_data(today: date, folder: Path = SAMPLE_CITY) -> CityData:
    """What the files in `folder` say, `today-9` and its like made dates. Raises BadData with file and mistake."""
    whole: dict[str, Any] = {}
    for name in _FILES:
        page = read_page(folder / name, name)
        if page.mistakes or not isinstance(page.value, dict):
            raise BadData("{path}: {text}", path=name, text=page.mistakes[0] if page.mistakes else "")
        whole |= page.value
    try:
        return CityData.model_validate(_dated(whole, today))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadData("{path}: {place}: {text}", path=folder, place=place, text=first["msg"]) from error


def settings_text() -> str:
    """The `office.toml` of the sample city."""
    return (SAMPLE_CITY / "office.toml").read_text("utf-8")


def _dated(value: Any, today: date) -> Any:
    """`value` with every `today`, `today-9`, `today+30` in it as an ISO date."""
    if isinstance(value, dict):
        return {key: _dated(inner, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner, today) for inner in value]
    if isinstance(value, str) and (found := _DAY.fullmatch(value)):
        return (today + timedelta(days=int(found[1] or 0))).isoformat()
    return value
