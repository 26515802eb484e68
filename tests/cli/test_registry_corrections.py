"""`clerk registry correct|corrections|decide`: two persons correct a value in text, with the rules of the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clerk_app.people import SYSTEM
from clerk_app.registry.batches import ImportRegistryRows
from clerk_app.registry.rows import RelationRow
from tests.cli.conftest import Clerk
from tests.office import SampleOffice, reopen_office
from tests.registry.registry_office import FIRST, add_second, import_person
from tests.registry.source_data import id_number, import_file, licence, person, write_csv
from tests.sample_data import PIN

Run = Callable[..., tuple[int, str]]
SECOND_PIN = "739461"


@pytest.fixture
def registry(office: SampleOffice, clerk: Clerk, tmp_path: Path) -> Run:
    """Runs `clerk registry` as one of two administrators; returns exit code and what was printed."""
    add_second(office)
    import_person(office, tmp_path, 住址="梧桐巷1号")
    import_file(office, write_csv(tmp_path / "p2.csv", [person(2)]))
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1)]), "police")
    row = RelationRow(identifier="r", digest="d", subject=id_number(1), other=id_number(2), relation="family")
    office.door.perform(ImportRegistryRows(source="civil", kind="relation", personal=(row,)), SYSTEM)
    (first,) = office.select("staff", id=FIRST)
    pins = {}
    for number, pin in ((first["number"], PIN), ("8002", SECOND_PIN)):
        pins[number] = tmp_path / f"pin-{number}"
        pins[number].write_text(f"{pin}\n", "utf-8")
    office.close()

    def run(who: int, *words: str) -> tuple[int, str]:
        number = (first["number"], "8002")[who - 1]
        place = ("--office", str(office.office.folder), "registry")
        done = clerk(*place, *words, "--admin", number, "--pin-file", str(pins[number]), "--language", "en")
        return done.code, done.out + done.err

    return run


def ask(registry: Run, *words: str) -> str:
    """Ask for a correction as the first administrator; return its id."""
    code, out = registry(1, "correct", *words, "--reason", "passport shown")
    assert code == 0, out
    return out.split()[2]


def test_a_value_is_asked_for_listed_and_decided_by_another_person(registry: Run) -> None:
    asked = ask(registry, id_number(1), "address", "梧桐巷10号")
    code, listed = registry(2, "corrections")
    assert (code, asked in listed, "yours to decide" in listed) == (0, True, True)
    assert "梧桐巷10号" not in listed
    code, refused = registry(1, "decide", asked, "--approve")
    assert (code, "another administrator has to decide it" in refused) == (1, True)
    code, shown = registry(2, "decide", asked)
    assert (code, "梧桐巷10号" in shown, "was corrected" in shown) == (0, True, False)
    code, done = registry(2, "decide", asked, "--approve")
    assert (code, "The record was corrected." in done) == (0, True)
    assert "No correction waits" in registry(1, "corrections")[1]
    code, again = registry(2, "decide", asked, "--approve")
    assert (code, "decided before" in again) == (1, True)


@pytest.mark.wide
def test_a_correction_is_declined_with_a_note(registry: Run) -> None:
    asked = ask(registry, id_number(1), "address", "梧桐巷10号")
    assert registry(2, "decide", asked, "--settle", "no")[0] == 1
    code, out = registry(2, "decide", asked, "--decline", "forged")
    assert (code, "declined" in out) == (0, True)


@pytest.mark.wide
def test_a_contradiction_is_settled_with_a_note(registry: Run, office: SampleOffice, tmp_path: Path) -> None:
    asked = ask(registry, id_number(1), "address", "梧桐巷10号")
    registry(2, "decide", asked, "--approve")
    with reopen_office(office.office.folder, office.clock) as again:
        import_person(again, tmp_path, 住址="银杏路3号")
    assert registry(1, "decide", asked, "--decline", "no")[0] == 1
    assert "check it" in registry(1, "corrections")[1]
    code, out = registry(1, "decide", asked, "--settle", "moved since")
    assert (code, "settled" in out) == (0, True)


@pytest.mark.wide
def test_a_licence_and_a_relation_are_corrected_too(registry: Run) -> None:
    of_licence = ask(registry, "L1", "valid_to", "2040-01-01")
    of_claim = ask(registry, "L1", "name", "令狐大海")
    of_relation = ask(registry, id_number(2), "relation", "guardian", "--related", id_number(1))
    for asked in (of_licence, of_claim, of_relation):
        assert registry(2, "decide", asked, "--approve")[0] == 0
    shown = registry(1, "show", "L1", "--in-full", "--purpose", "correction")[1]
    assert all(text in shown for text in ("2040-01-01", "guardian"))


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((id_number(1), "id_number", id_number(3)), "These can: name, phone, address."),
        ((id_number(3), "address", "x"), "nobody with this number"),
        ((id_number(1), "address", "梧桐巷1号"), "has this value already"),
        ((id_number(1), "relation", "agent", "--related", id_number(3)), "0 relations of these two"),
        (("L1", "valid_to", "tomorrow"), "is not a date"),
    ],
)
def test_what_cannot_be_corrected_is_refused_with_a_sentence(
    registry: Run, words: tuple[str, ...], sentence: str
) -> None:
    code, out = registry(1, "correct", *words, "--reason", "passport shown")
    assert (code, sentence in out) == (1, True), out


def test_two_decisions_at_once_and_a_wrong_pin_are_refused(registry: Run, tmp_path: Path) -> None:
    asked = ask(registry, id_number(1), "address", "梧桐巷10号")
    assert registry(2, "decide", asked, "--approve", "--decline", "no")[0] == 2
    (tmp_path / "pin-8002").write_text("000000\n", "utf-8")
    assert registry(2, "decide", asked, "--approve")[0] == 1
