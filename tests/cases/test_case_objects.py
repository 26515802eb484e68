"""Doubles of another kind: a matter that runs within another one thing, and the same object of another applicant."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_objects import IdentifiedObject, ObjectKey, compute_object_key
from clerk_app.cases.duplicates import ApplicantIdentity, DuplicateCase, FindDuplicates, find_duplicates
from clerk_app.errors import Refused
from tests.engines import postgresql_wide
from tests.office import BIRTH, SampleOffice, find_faults

CHILD = IdentifiedObject(matter="vaccination-record", fields=("child_name", "child_birth_date", "mother_name"))


def find(office: SampleOffice, one_thing: str, matters: tuple[str, ...], *keys: ObjectKey) -> list[DuplicateCase]:
    applicant = ApplicantIdentity(name="", number=BIRTH["mother_id_number"], objects=keys)
    with office.store.read() as tx:
        return list(find_duplicates(tx, one_thing, applicant, matters=matters))


@postgresql_wide
def test_a_matter_within_another_one_thing_of_the_applicant_is_found(office: SampleOffice) -> None:
    first = office.accept_birth()
    (found,) = find(office, "matter.vaccination-record", ("vaccination-record",))
    assert (found.number, found.kind, found.matter) == (first, "matter", "vaccination-record")
    assert find(office, "matter.retirement", ("retirement",)) == []
    left_out = find(office, "matter.maternity-certificate", ("maternity-certificate",))
    assert left_out == []  # the mother is not insured: this matter does not apply there


@postgresql_wide
def test_the_same_child_is_found_for_another_applicant_and_its_digest_goes_with_the_case(office: SampleOffice) -> None:
    first = office.accept_birth()
    wide = {**BIRTH, "child_name": f" {BIRTH['child_name']} "}
    key = ObjectKey(matter="vaccination-record", key=compute_object_key(CHILD, wide))
    other = ApplicantIdentity(name="Somebody", number="110105196001010019", objects=(key,))
    with office.store.read() as tx:
        (found,) = find_duplicates(tx, "matter.vaccination-record", other, matters=("vaccination-record",))
    assert (found.number, found.kind) == (first, "object")
    assert find_faults(office.store) == []  # a rebuild has the same rows


def test_cases_for_objects_with_other_numbers_are_no_doubles(office: SampleOffice) -> None:
    first = office.accept_birth()
    with office.store.write() as tx:
        tx.update("case_objects", {"case_number": first, "matter": "vaccination-record"}, digest="another")
    certain = ObjectKey(matter="vaccination-record", key="one", certain=True)
    assert find(office, "birth", ("vaccination-record",), certain) == []
    (found,) = find(office, "birth", ("vaccination-record",), replace(certain, certain=False))
    assert (found.number, found.kind) == (first, "")


def test_an_acceptance_needs_a_reason_and_the_center_is_asked_with_matters_and_objects(office: SampleOffice) -> None:
    first = office.accept_birth()
    command = office.prepare_birth()
    assert command.duplicates == (first,)
    key = ObjectKey(matter="vaccination-record", key=compute_object_key(CHILD, BIRTH))
    other = ApplicantIdentity(name="Somebody", number="110105196001010019", objects=(key,))
    asked = FindDuplicates(draft=command.draft, one_thing="matter.vaccination-record", personal=other)
    assert [case.kind for case in office.door.perform(asked, "clerk-1").cases] == ["object"]
    with pytest.raises(Refused, match=first):
        office.door.perform(replace(command, duplicates=(), duplicate_code=""), "clerk-1")
