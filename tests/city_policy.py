"""Publication of a city policy in an office of tests."""

from __future__ import annotations

from clerk_app.catalogue.policy import CityPolicy
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.composition.office import Office
from clerk_app.people import SYSTEM

UNLIMITED = {"calls_per_minute_of_machine": 100_000, "calls_per_minute_of_person": 100_000}
"""For machines that work without a pause."""


def publish_policy(office: Office, **fields: object) -> None:
    """Publish the next version of the catalogue with this policy; other fields have their defaults."""
    city = office.catalogue()
    policy = CityPolicy.model_validate(fields)
    content = city.model_copy(update={"version": city.version + 1, "policy": policy}).to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=city.id, version=city.version + 1, content=content), SYSTEM)
