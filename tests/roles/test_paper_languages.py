"""A paper is printed in a language that only the city's template has."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from clerk_app.catalogue.papers import CityPapers
from clerk_app.cli.office_access import publish_catalogue
from clerk_app.composition.office import Office
from clerk_app.paper.documents.kinds import template_version
from clerk_app.paper.templates.template_set import DATA, read_templates
from clerk_app.views.counter import CounterService
from tests.paper.escpos_reader import read_escpos
from tests.roles.workflows import accept_birth


def _publish_mongolian_receipt(office: Office) -> None:
    receipt = deepcopy(read_templates(DATA).city_templates["receipt"].content)
    receipt["title"]["mn"] = "Баримт"
    catalogue = office.catalogue()
    update = {"version": catalogue.version + 1, "papers": CityPapers(templates={"receipt": receipt})}
    publish_catalogue(office, catalogue.model_copy(update=update))


def test_a_receipt_is_printed_in_a_third_language_and_repeated_in_it(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    _publish_mongolian_receipt(office)
    number = accept_birth(counter, code("mother"))
    counter.open_case(number)
    (receipt,) = counter.list_papers()
    assert [language.name for language in receipt.languages] == ["Mongolian"]
    counter.print_in_language(receipt.id, "mn")
    counter.reprint_paper(receipt.id)
    (receipt,) = counter.list_papers()
    version = template_version("receipt", office.catalogue())
    assert [(row.language, row.template) for row in receipt.prints[:2]] == [("Mongolian", version)] * 2
    newest = max(office.printers.spool.list_papers(), key=lambda path: path.stat().st_mtime_ns)
    printed = read_escpos(newest.read_bytes())
    assert "Баримт" in printed.wide_rows
    assert any("REPRINT 1" in row for row in printed.wide_rows)
