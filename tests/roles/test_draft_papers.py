"""Papers before the acceptance: the list of everything that is missing, and the service guide."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.roles.service_guide import build_service_guide
from clerk_app.views.counter import CounterService
from tests.paper.escpos_reader import read_escpos
from tests.roles.workflows import prepare_birth


def _last_printed(office: Office) -> str:
    newest = max(office.printers.spool.list_papers(), key=lambda path: path.stat().st_mtime_ns)
    return "".join("".join(read_escpos(newest.read_bytes()).rows).split())


@pytest.mark.many_cases
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_printed_list_is_what_the_screen_names_as_missing(
    counter: CounterService, code: Callable[[str], str], office: Office, language: str
) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    counter.begin_draft("birth")
    set_language(language)
    intake = counter.fill_field("bank_account", "1").intake
    assert intake is not None
    counter.print_missing()
    printed = _last_printed(office)
    rest = printed
    for gap in intake.gaps:  # in the order of the screen
        _lead, _colon, name = gap.rpartition(": " if language == "en" else "：")
        wrong = next((row for row in intake.fields if row.error and gap.startswith(row.label)), None)
        wanted = "".join((wrong.label if wrong is not None else name).split())
        assert wanted in rest, gap
        rest = rest.partition(wanted)[2]
    assert f"{len(intake.gaps)}." in printed
    assert f"{len(intake.gaps) + 1}." not in printed


@pytest.mark.wide
def test_nothing_is_printed_when_nothing_is_missing(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    view = prepare_birth(counter, code("mother"))
    assert view.intake is not None
    assert view.intake.gaps == ()
    with pytest.raises(Refused):
        counter.print_missing()


def test_a_guide_is_printed_in_the_hall_and_from_a_draft(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    assert "Service guide" in counter.print_guide("birth").message
    assert "Householdregistrationofthechild" in _last_printed(office)
    prepare_birth(counter, code("mother"))
    counter.print_guide()
    assert "Birthcertificate" in _last_printed(office)


@pytest.mark.wide
def test_a_guide_has_every_matter_and_material_of_the_catalogue(office: Office) -> None:
    catalogue = office.catalogue()
    for thing in catalogue.one_things:
        guide = build_service_guide(catalogue, thing.id, office="O", phone="1", today=office.local_time().date())
        matters = {catalogue.matter(name).name.en: catalogue.matter(name) for name in thing.matters}
        assert {matter.name for matter in guide.matters} == set(matters)
        for row in guide.matters:
            matter = matters[row.name]
            assert row.organ == catalogue.organ(matter.organ).name.en
            assert (row.promised_days, row.statutory_days) == (matter.promised_days, matter.statutory_days)
            assert row.legal_basis == (matter.legal_basis.en if matter.legal_basis else "")
            assert (row.number, row.visits) == (matter.number or "", matter.visits)
            assert (row.consultation_phone, row.complaint_phone) == (
                matter.consultation_phone or "",
                matter.complaint_phone or "",
            )
            for lines, items in (
                (row.conditions, [condition.text for condition in matter.conditions]),
                (row.steps, [step.name for step in matter.process]),
                (row.special_steps, [step.name for step in matter.special_steps]),
                (row.fees, [line.name for line in matter.fees]),
            ):
                assert all(text.en in line for line, text in zip(lines, items, strict=True))
        needed = {catalogue.material(name).name.en for matter in matters.values() for name in matter.materials}
        produced = {
            catalogue.material(product.material).name.en
            for matter in matters.values()
            for product in matter.produces
            if product.material
        }
        assert needed - produced <= {material.name for material in guide.materials} <= needed
