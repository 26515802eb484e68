"""A catalogue of the size of a city reaches the windows, which write its rows before they store it."""

from __future__ import annotations

import pytest
from msgspec.json import decode

from clerk_app.catalogue.publication import load_part
from clerk_app.cli.office_access import publish_catalogue
from clerk_app.ledger.replication.documents import MAX_DOCUMENT_BYTES
from tests.sample_data import sample_city
from tests.sync.city import City, SampleWindow

_PAPERS = 20_000


@pytest.mark.wide
def test_a_version_of_more_than_eight_mebibytes_is_received_with_its_rows(city: City, counter: SampleWindow) -> None:
    catalogue = sample_city()
    first, version = catalogue.materials[0], catalogue.version + 1
    more = [first.model_copy(update={"id": f"paper-{number}", "source": "x" * 200}) for number in range(_PAPERS)]
    large = catalogue.model_copy(update={"version": version, "materials": (*catalogue.materials, *more)})
    assert len(large.to_bytes()) > MAX_DOCUMENT_BYTES
    publish_catalogue(city.center.office, large)
    counter.client.flush()
    (row,) = counter.select("catalogue_versions", version=version)
    assert decode(row["content"])["version"] == version
    assert counter.select("catalogue_indexes", version=version) == city.center.select(
        "catalogue_indexes", version=version
    )
    with counter.store.read() as tx:
        assert load_part(tx, large.id, version, "birth").one_thing("birth")
