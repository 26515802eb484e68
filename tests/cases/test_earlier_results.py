"""Results without an e-licence reach the next visit with their content, while their approval is in force."""

from __future__ import annotations

import msgspec

from clerk_app.cases.tasks.corrections import ReopenDecision
from clerk_app.catalogue.model import Catalogue
from clerk_app.composition.registry import all_document_types
from clerk_app.ledger.replication.documents import Reader
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent, MaterialsListed
from tests.cases.result_city import ADDRESS, PAGE_NUMBER, accept_page, approve_page, plain_city
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.sample_data import HALL

pytestmark = sqlite_only


def list_later(office: SampleOffice, city: Catalogue) -> tuple[str, MaterialsListed]:
    visit = office.serve("mother")
    office.prove(visit)
    fetch = FetchMaterials(visit=visit, one_thing="later", catalogue=city.id, catalogue_version=city.version)
    return visit, office.door.perform(fetch, "clerk-1")


def document(office: SampleOffice, visit: str) -> dict[str, str]:
    """Return the content of the result in the document that the window's machine gets."""
    with office.store.read() as tx:
        rows = all_document_types().visible_rows(tx, f"visit/{visit}", Reader("n1", HALL, "w1", frozenset()))
    assert rows is not None
    (row,) = rows["earlier_materials"]
    return msgspec.json.decode(row["claims"], type=dict[str, str]) if row["claims"] else {}


def test_a_result_reaches_the_next_visit_with_its_content_after_consent(office: SampleOffice) -> None:
    city = plain_city()
    number = accept_page(office, city)
    approve_page(office, number)
    visit, listed = list_later(office, city)
    (page,) = listed.earlier
    assert (page.id, page.how, page.grade, page.issuer) == (f"{number}/page/1", "produced", "A", "health")
    assert document(office, visit) == {}
    office.door.perform(GiveConsent(visit=visit, licences=(page.id,), purpose="later"), "clerk-1")
    release = ReleaseLicences(
        visit=visit, licences=(page.id,), purpose="later", matters=("renewal",), catalogue=city.id,
        catalogue_version=city.version,
    )  # fmt: skip
    office.door.perform(release, "clerk-1")
    content = document(office, visit)
    assert content["page_number"] == PAGE_NUMBER
    assert PAGE_NUMBER not in repr(listed)
    assert ADDRESS not in repr(listed)


def test_a_result_whose_approval_is_checked_again_is_not_listed(office: SampleOffice) -> None:
    city = plain_city()
    number = accept_page(office, city)
    approve_page(office, number)
    office.door.perform(ReopenDecision(task=f"{number}01", reason="a wrong key"), "health-1")
    assert list_later(office, city)[1].earlier == ()
