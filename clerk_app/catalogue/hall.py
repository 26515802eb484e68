"""Configuration of the halls of a city: the optional section `hall` of a catalogue (`hall.yaml`).

Ticket classes with their head starts, ticket categories with number ranges, quotas and time bands, the fairness limits
of the order of calling, and the tolerances of appointments. `clerk_app.catalogue.publication.read_hall` reads the one
in force. `docs/settings.md` lists all fields.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.config import JsonDict

from clerk_app.catalogue.base_model import CatalogueModel, SourcedModel, Text
from clerk_app.catalogue.terms import GREEN_LANE, TicketClass

_SAMPLE: JsonDict = {"source": "a sample value"}
Letter = Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
# without I and O, which look like the digits 1 and 0
Prefix = Annotated[str, StringConstraints(pattern=r"^[A-HJ-NP-Z]{1,2}$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Quota = Annotated[int, Field(ge=1, le=9999)]


class TicketClassDefinition(CatalogueModel):
    """A class of tickets: its name, and how much earlier its tickets rank."""

    id: TicketClass = Field(description="Class of tickets.")
    name: Text = Field(description="Name on slips and screens, in both languages.")
    head_start_minutes: Annotated[int, Field(ge=0, le=240)] = Field(
        0,
        description="A ticket of the class ranks as if it was taken this many minutes earlier.",
        json_schema_extra=_SAMPLE,
    )


class TimeBand(CatalogueModel):
    """A part of the day in which tickets are given out, by the city's clock; the end does not belong to it."""

    from_: TimeOfDay = Field(alias="from", description="Time at which the band begins, such as 08:30.")
    to: TimeOfDay = Field(description="Time at which the band ends.")
    quota: Quota | None = Field(None, description="Tickets given out in the band; left out: no limit of its own.")


class TicketCategoryDefinition(CatalogueModel):
    """A category of tickets: its numbers, when and how many are given out, and how often they are called."""

    letter: Letter = Field(description="Letter by which windows and tickets name the category.")
    name: Text = Field(description="Name on kiosk, slip and board, in both languages.")
    prefix: Prefix | None = Field(None, description="Letters before the number; left out: the letter of the category.")
    first: Annotated[int, Field(ge=0, le=99_999)] = Field(1, description="First number of a day.")
    last: Annotated[int, Field(ge=1, le=99_999)] = Field(
        999, description="Last number of a day; all numbers have as many digits as this one."
    )
    quota: Quota | None = Field(None, description="Tickets given out in a day; left out: as many as there are numbers.")
    classes: tuple[TicketClass, ...] = Field(
        (), description="Classes for which the category has tickets; left out: all classes of the section."
    )
    bands: tuple[TimeBand, ...] = Field((), description="Times at which tickets are given out; left out: all day.")
    calls_before_no_show: Annotated[int, Field(ge=1, le=10)] | None = Field(
        None, description="Calls before a ticket may be marked as not here; left out: the value of the policy."
    )
    requeues_after_no_show: Annotated[int, Field(ge=0, le=5)] | None = Field(
        None, description="Times that a ticket not here waits again; left out: the value of the policy."
    )
    promise_minutes: Annotated[int, Field(ge=1, le=480)] | None = Field(
        None, description="Promised longest wait in minutes; left out: the value in `office.toml`."
    )

    @property
    def number_prefix(self) -> str:
        """The letters before the number."""
        return self.prefix or self.letter

    def format_number(self, number: int) -> str:
        """Return the printed number: the prefix, and as many digits as the last number has."""
        return f"{self.number_prefix}{number:0{len(str(self.last))}d}"


class AppointmentTolerances(CatalogueModel):
    """When the code of an appointment gives a ticket, and how often a machine may present a wrong one."""

    early_minutes: Annotated[int, Field(ge=0, le=480)] = Field(
        30, description="Minutes before the appointment from which its code gives a ticket.", json_schema_extra=_SAMPLE
    )
    late_minutes: Annotated[int, Field(ge=0, le=480)] = Field(
        15,
        description="Minutes after the end of the appointment until which its code gives a ticket.",
        json_schema_extra=_SAMPLE,
    )
    wrong_codes_of_machine: Annotated[int, Field(ge=1, le=1000)] = Field(
        10,
        description="Wrong codes after which a machine takes none for the policy's `factor_lockout_minutes`.",
        json_schema_extra=_SAMPLE,
    )


class HallConfiguration(SourcedModel):
    """Tickets of the city's halls: classes, categories, and the guarantee of the order of calling."""

    overtaken_at_most: Annotated[int, Field(ge=1, le=100)] = Field(
        5,
        description="Tickets taken later that are called before a waiting one at most; then it is called next.",
        json_schema_extra=_SAMPLE,
    )
    overtakes_in_a_row: Annotated[int, Field(ge=1, le=10)] | None = Field(
        None,
        description="Tickets called ahead of an earlier one in a row at most; 1: they alternate. Left out: no limit.",
    )
    classes: tuple[TicketClassDefinition, ...] = Field(description="Classes of tickets.")
    categories: tuple[TicketCategoryDefinition, ...] = Field(description="Categories of tickets.")
    appointments: AppointmentTolerances = Field(
        AppointmentTolerances(), description="When the code of an appointment gives a ticket."
    )

    def ticket_class(self, name: str) -> TicketClassDefinition | None:
        """Return the class with this id, or None."""
        return next((known for known in self.classes if known.id == name), None)

    def category(self, letter: str) -> TicketCategoryDefinition | None:
        """Return the category with this letter, or None."""
        return next((known for known in self.categories if known.letter == letter), None)

    def classes_of(self, category: TicketCategoryDefinition) -> tuple[str, ...]:
        """Return the ids of the classes for which a category has tickets."""
        return category.classes or tuple(known.id for known in self.classes)


DEFAULT_OVERTAKEN_AT_MOST = 5
"""Of a city whose catalogue has no section `hall`."""
DEFAULT_APPOINTMENTS = AppointmentTolerances()
CLASS_NAMES: dict[str, Text] = {
    "ordinary": Text(zh="普通", en="Ordinary"),
    "appointment": Text(zh="预约", en="Appointment"),
    "prechecked": Text(zh="预审领证", en="Pre-checked"),
    "return": Text(zh="再次到访", en="Return visit"),
    "elderly": Text(zh="老年人", en="Elderly"),
    "disabled": Text(zh="残疾人", en="Disabled"),
    "pregnant": Text(zh="孕妇", en="Pregnant"),
    "veteran": Text(zh="军人和退役军人", en="Service member or veteran"),
}
"""Names of the classes where the catalogue has none."""


def is_green_lane(ticket_class: str) -> bool:
    """Return whether a ticket of this class belongs to the green lane (绿色通道)."""
    return ticket_class in GREEN_LANE
