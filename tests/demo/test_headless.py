"""One case without a screen, from the code before the camera to the signature, with each kind of decision."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import segno
from PIL import Image

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.composition.office import open_office
from clerk_app.demo.headless import DemoStep, run_case, run_headless
from clerk_app.demo.receipt_image import extract_code_image
from clerk_app.demo.walkthrough import OrganDecision
from clerk_app.errors import BadData
from db.engines import Row
from scanners.batch import read_picture

pytestmark = pytest.mark.xdist_group("headless demo")  # one process, which prepares them once


def run_steps(city_folder: Path, source: Path | None, decide: dict[str, OrganDecision] | None = None) -> list[DemoStep]:
    return list(run_case(city_folder, str(source) if source else None, decide or {}))


def read_only_case(city_folder: Path) -> tuple[CaseRecord, list[Row]]:
    """Return the only case of the store, and its decisions."""
    office = open_office(city_folder)
    with office.store.read() as tx:
        (row,) = tx.select("cases")
        case = read_case(tx, row["number"])
        decisions = [decision for task in case.tasks if (decision := tx.get("decisions", task=task["id"]))]
        staff = {row["id"]: row["organ"] for row in tx.select("staff")}
    office.store.close()
    assert all(staff[row["signer"]] == row["organ"] for row in decisions if row["outcome"] != "lapsed")
    return case, decisions


def outcomes(decisions: list[Row]) -> Counter[str]:
    return Counter(row["outcome"] for row in decisions)


def printed_kinds(city_folder: Path) -> list[str]:
    return [path.name.split("-")[1] for path in sorted((city_folder / "spool").glob("*.bin"))]


def test_a_birth_runs_from_the_code_to_the_signature(city_folder: Path) -> None:
    steps = run_steps(city_folder, city_folder / "codes" / "mother.png")
    assert all(step.ok for step in steps), steps[-1]
    assert [step.step for step in steps if step.step not in ("decide", "sign_in")] == [
        "city", "ticket", "call", "scan", "verify", "confirm", "begin", "consent", "fill", "accept",
        "receipt", "ticket", "call", "scan", "hand_over", "decisions", "audit", "rebuild",
    ]  # fmt: skip
    case, decisions = read_only_case(city_folder)
    assert case.row["state"] == "delivered"
    assert outcomes(decisions) == {"approved": 9}
    assert {row["organ"] for row in decisions} == {"health", "police", "hr", "medical-insurance", "tax"}
    assert Counter(printed_kinds(city_folder)) == {"ticket": 8, "receipt": 1, "hand_over": 1}


@pytest.mark.wide
def test_the_code_is_read_from_its_film(city_folder: Path, mother_film: Path) -> None:
    (city_folder / "films").mkdir()
    (city_folder / "films" / "mother.avi").symlink_to(mother_film)
    steps = run_steps(city_folder, None)
    assert steps[-1].ok, steps[-1]
    assert [step.step for step in steps].count("film") == 1


@pytest.mark.wide
def test_dependent_tasks_of_a_refusal_lapse_and_the_rest_is_handed_over(city_folder: Path) -> None:
    steps = run_steps(city_folder, city_folder / "codes" / "mother.png", {"police": "refuse"})
    assert steps[-1].ok, steps[-1]
    case, decisions = read_only_case(city_folder)
    assert case.row["state"] == "delivered"
    assert outcomes(decisions) == {"approved": 4, "refused": 1}
    assert [task["state"] for task in case.tasks].count("lapsed") == 4  # without a decision
    assert next(row for row in decisions if row["outcome"] == "refused")["organ"] == "police"
    assert any("Not approved" in step.detail for step in steps if step.step == "hand_over")


@pytest.mark.wide
def test_after_a_returned_task_the_citizen_brings_the_paper_and_the_case_goes_on(city_folder: Path) -> None:
    steps = run_steps(city_folder, city_folder / "codes" / "mother.png", {"hr": "return", "tax": "return"})
    assert steps[-1].ok, steps[-1]
    assert sum(step.step == "take_in" for step in steps) == 1  # one notice for all that is missing
    case, decisions = read_only_case(city_folder)
    assert case.row["state"] == "delivered"
    assert [row["answered_at"] is not None for row in case.supplements] == [True, True]
    assert outcomes(decisions)["approved"] == len(case.tasks) >= 9
    assert printed_kinds(city_folder).count("supplement") == 1


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("code", "reason"), [("expired", "expired at"), ("forged", "Not genuine"), ("revoked", "has revoked")]
)
def test_a_bad_code_fails_with_its_reason(city_folder: Path, code: str, reason: str) -> None:
    last = run_steps(city_folder, city_folder / "codes" / f"{code}.png")[-1]
    assert (last.step, last.ok) == ("verify", False)
    assert reason in last.detail


@pytest.mark.wide
def test_a_foreign_code_is_not_accepted(city_folder: Path, tmp_path: Path) -> None:
    segno.make("https://example.org/somewhere").save(str(tmp_path / "foreign.png"), scale=8)
    last = run_steps(city_folder, tmp_path / "foreign.png")[-1]
    assert (last.step, last.ok) == ("verify", False)
    assert "It was not opened" in last.detail


@pytest.mark.wide
def test_with_two_codes_in_view_none_is_taken(city_folder: Path, tmp_path: Path) -> None:
    codes = [Image.open(city_folder / "codes" / f"{name}.png").convert("L") for name in ("mother", "father")]
    both = Image.new("L", (sum(code.width for code in codes), max(code.height for code in codes)), 255)
    both.paste(codes[0], (0, 0))
    both.paste(codes[1], (codes[0].width, 0))
    both.save(tmp_path / "both.png")
    last = run_steps(city_folder, tmp_path / "both.png")[-1]
    assert (last.step, last.ok, last.detail) == ("scan", False, "Two codes in view: show only one")


@pytest.mark.wide
def test_an_unreadable_source_is_reported_as_a_json_line(
    city_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "torn.png").write_bytes(b"no picture")
    assert run_headless(city_folder, str(tmp_path / "torn.png"), {}, as_json=True) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line.keys() == {"step", "ok", "ms", "detail"} for line in lines)
    assert [line["ok"] for line in lines] == [True, True, True, True, False]
    assert "damaged or is no picture" in lines[-1]["detail"]


@pytest.mark.wide
def test_missing_materials_of_an_applicant_are_reported(city_folder: Path) -> None:
    last = run_steps(city_folder, city_folder / "codes" / "traveller.png")[-1]
    assert (last.step, last.ok) == ("fill", False)
    assert "Birth certificate" in last.detail


def test_an_organ_without_a_matter_is_reported_with_the_valid_ones(city_folder: Path) -> None:
    with pytest.raises(BadData, match=r"planning decides nothing here\. The organs are: health, police, hr"):
        run_steps(city_folder, None, {"planning": "refuse"})


def test_a_paper_without_a_code_is_an_error() -> None:
    with pytest.raises(BadData, match="no code on this paper"):
        extract_code_image(b"\x1b@ words only")


def test_the_code_of_a_printed_paper_can_be_read() -> None:
    from clerk_app.paper.page import Barcode128, PaperCut
    from clerk_app.paper.printers.escpos import encode_escpos

    for width in (58, 80):
        paper = encode_escpos((Barcode128("260000000018"), PaperCut()), 58 if width == 58 else 80)
        assert [code.text for code in read_picture(extract_code_image(paper), "receipt")] == ["260000000018"]
