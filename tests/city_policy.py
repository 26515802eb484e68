"""Publication of a city policy and of a hall configuration in an office of tests."""

from __future__ import annotations

from clerk_app.catalogue.hall import HallConfiguration
from clerk_app.catalogue.policy import CityPolicy
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.composition.office import Office
from clerk_app.people import SYSTEM

UNLIMITED = {"calls_per_minute_of_machine": 100_000, "calls_per_minute_of_person": 100_000}
"""For machines that work without a pause."""


def publish_policy(office: Office, **fields: object) -> None:
    """Publish the next version of the catalogue with this policy; other fields have their defaults."""
    _publish(office, policy=CityPolicy.model_validate(fields))


def publish_hall(office: Office, *categories: dict[str, object], **fields: object) -> None:
    """Publish the next version with these ticket categories; each field not given is that of the version before.

    A category is given by its letter and the fields that differ from the defaults.
    """
    hall = office.catalogue().hall
    assert hall is not None
    given = hall.model_dump(mode="json", by_alias=True) | fields
    if categories:
        given["categories"] = [{"name": {"zh": "类", "en": f"Kind {row['letter']}"}, **row} for row in categories]
    _publish(office, hall=HallConfiguration.model_validate(given))


def publish_without_hall(office: Office, **policy: object) -> None:
    """Publish the next version with this policy and without a hall configuration, as an earlier version did."""
    _publish(office, policy=CityPolicy.model_validate(policy), hall=None)


def publish_co_signature(office: Office, one_thing: str = "birth", role: str = "father") -> None:
    """Publish the next version, in which the first matter of a one thing needs the signature of a role."""
    _publish_first_matter(office, one_thing, co_signature=role)


def publish_presence(office: Office, role: str, one_thing: str = "birth") -> None:
    """Publish the next version, in which nobody may act for a role in the first matter of a one thing."""
    _publish_first_matter(office, one_thing, in_person=(role,))


def _publish_first_matter(office: Office, one_thing: str, **fields: object) -> None:
    city = office.catalogue()
    first = city.one_thing(one_thing).matters[0]
    matters = tuple(matter.model_copy(update=fields) if matter.id == first else matter for matter in city.matters)
    _publish(office, matters=matters)


def _publish(office: Office, **sections: object) -> None:
    city = office.catalogue()
    content = city.model_copy(update={"version": city.version + 1, **sections}).to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=city.id, version=city.version + 1, content=content), SYSTEM)


def publish_field_check(office: Office, field: str, check: str) -> None:
    """Publish the next version, in which the answer of a field is checked at the center."""
    fields = tuple(
        known.model_copy(update={"check": check}) if known.id == field else known for known in office.catalogue().fields
    )
    _publish(office, fields=fields)
