"""Finding and reading a person of the registry: for a purpose, counted, masked, recorded for the person."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.people.access_report import list_accesses
from clerk_app.registry.reading import FOUND_FOR, ReadRegistered
from clerk_app.registry.search import FindRegistered, RegistryQuery
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.registry.registry_office import FIRST, find, import_person, open_record, read
from tests.registry.source_data import id_number, import_file, licence, person, write_csv

pytestmark = postgresql_wide


def test_a_person_is_found_by_number_by_licence_or_by_name_and_birth_date(office: SampleOffice, tmp_path: Path) -> None:
    import_person(office, tmp_path, 姓名="令狐大海")
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1)]))
    (found,) = find(office)
    born = f"{id_number(1)[6:10]}-{id_number(1)[10:12]}-{id_number(1)[12:14]}"
    assert find(office, number="L1") == find(office, name="令狐大海", birth_date=born) == (found,)
    assert find(office, name="令狐大海") == find(office, number="L9") == ()


def test_a_search_needs_a_purpose_of_the_list_and_something_to_search_for(office: SampleOffice) -> None:
    with pytest.raises(Refused) as refused:
        find(office, purpose="curiosity")
    assert refused.value.reason == "purpose"
    with pytest.raises(Refused) as refused:
        office.door.perform(FindRegistered(purpose="complaint", personal=RegistryQuery()), FIRST)
    assert refused.value.reason == "terms"


def test_more_than_five_namesakes_are_not_listed(office: SampleOffice, tmp_path: Path) -> None:
    namesakes = [person(1 + 336 * serial, "令狐大海") for serial in range(6)]
    import_file(office, write_csv(tmp_path / "p.csv", namesakes))
    born = f"{id_number(1)[6:10]}-{id_number(1)[10:12]}-{id_number(1)[12:14]}"
    with pytest.raises(Refused) as refused:
        find(office, name="令狐大海", birth_date=born)
    assert refused.value.reason == "too_many_found"
    assert office.select("registry_searches") == []


def test_an_administrator_searches_only_as_often_as_the_city_allows(office: SampleOffice) -> None:
    with office.store.read() as tx:
        most = read_policy(tx).searches_per_hour_of_person
    for _ in range(most):
        find(office)
    with pytest.raises(Refused) as refused:
        find(office)
    assert refused.value.reason == "searches"


def test_a_record_is_masked_until_it_is_asked_for_in_full(office: SampleOffice, tmp_path: Path) -> None:
    import_person(office, tmp_path, 姓名="令狐大海", 住址="梧桐巷5号", 手机号="13900001234")
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1, 姓名="令狐大海")]))
    (subject,) = find(office)
    masked, full = open_record(office, subject), open_record(office, subject, in_full=True)
    assert (masked.values["name"], masked.values["address"], masked.licences[0].claims) == ("令**", "***", {})
    assert not {id_number(1), "令狐大海", "梧桐巷5号", "13900001234"} & set(masked.values.values())
    assert (full.values["name"], full.values["id_number"]) == ("令狐大海", id_number(1))
    assert full.licences[0].claims == {"name": "令狐大海"}


def test_the_person_can_see_who_searched_and_who_read(office: SampleOffice, tmp_path: Path) -> None:
    import_person(office, tmp_path)
    (subject,) = find(office)
    open_record(office, subject)
    open_record(office, subject, in_full=True)
    with office.store.read() as tx:
        accesses = list_accesses(tx, subject)
    assert [access.kind for access in accesses] == ["UnmaskRegistered", "ReadRegistered", "FindRegistered"]
    assert {access.purpose for access in accesses} == {"complaint"}
    searches = [row for row in audit.read_entries(office.store) if row["kind"] == "FindRegistered"]
    assert [(row["personal"], id_number(1).encode() in row["command"]) for row in searches] == [(None, False)]
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []


def test_a_record_that_was_not_found_before_is_not_opened(office: SampleOffice, tmp_path: Path) -> None:
    import_person(office, tmp_path)
    subject = office.select("persons", id_number=id_number(1))[0]["id"]
    read_again = ReadRegistered(subject=subject, purpose="complaint")
    with pytest.raises(Refused) as refused:
        office.door.perform(read_again, FIRST)
    assert refused.value.reason == "not_found_before"
    find(office)
    office.door.perform(read_again, FIRST)
    office.clock.advance(seconds=FOUND_FOR // 1_000_000 + 60)
    with pytest.raises(Refused):
        office.door.perform(read_again, FIRST)


def test_an_answer_is_given_for_ten_minutes_and_only_for_a_reading(office: SampleOffice, tmp_path: Path) -> None:
    import_person(office, tmp_path)
    found = office.door.perform(FindRegistered(purpose="complaint", personal=RegistryQuery(number=id_number(1))), FIRST)
    (row,) = read(office, found.key).found
    assert (row.name, row.number) == ("令**", f"310{'*' * 11}{id_number(1)[-4:]}")
    office.clock.advance(minutes=11)
    for key in (found.key, "c1-1-1", "c1", "", "c1-1-x"):
        with pytest.raises(Refused):
            read(office, key)
