"""One case lived without a screen: from the code before the camera to the signature, with every answer of organs."""

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


def run_steps(folder: Path, source: Path | None, decide: dict[str, OrganDecision] | None = None) -> list[DemoStep]:
    return list(run_case(folder, str(source) if source else None, decide or {}))


def read_only_case(folder: Path) -> tuple[CaseRecord, list[Row]]:
    """The one case in the store, and its decisions."""
    office = open_office(folder)
    with office.store.read() as look:
        (row,) = look.select("cases")
        case = read_case(look, row["number"])
        decisions = [one for task in case.tasks if (one := look.get("decisions", task=task["id"]))]
        staff = {one["id"]: one["organ"] for one in look.select("staff")}
    office.store.close()
    assert all(staff[one["signer"]] == one["organ"] for one in decisions if one["outcome"] != "lapsed")
    return case, decisions


def outcomes(decisions: list[Row]) -> Counter[str]:
    return Counter(one["outcome"] for one in decisions)


def printed_kinds(folder: Path) -> list[str]:
    return [path.name.split("-")[1] for path in sorted((folder / "spool").glob("*.bin"))]


def test_a_birth_is_lived_from_the_film_to_the_signature(folder: Path, mother_film: Path) -> None:
    (folder / "films").mkdir()
    (folder / "films" / "mother.avi").symlink_to(mother_film)
    steps = run_steps(folder, None)
    assert all(step.ok for step in steps), steps[-1]
    assert [step.step for step in steps if step.step not in ("decide", "sign_in")] == [
        "city", "film", "ticket", "call", "scan", "verify", "confirm", "begin", "consent", "fill", "accept",
        "receipt", "ticket", "call", "scan", "hand_over", "decisions", "audit", "rebuild",
    ]  # fmt: skip
    case, decisions = read_only_case(folder)
    assert case.row["state"] == "delivered"
    assert outcomes(decisions) == {"approved": 9}
    assert {one["organ"] for one in decisions} == {"health", "police", "hr", "medical-insurance", "tax"}
    assert Counter(printed_kinds(folder)) == {"ticket": 8, "receipt": 1, "hand_over": 1}


def test_a_refusal_takes_along_what_depends_on_it_and_the_rest_is_handed_over(folder: Path) -> None:
    steps = run_steps(folder, folder / "codes" / "mother.png", {"police": "refuse"})
    assert steps[-1].ok, steps[-1]
    case, decisions = read_only_case(folder)
    assert case.row["state"] == "delivered"
    assert outcomes(decisions) == {"approved": 4, "refused": 1, "lapsed": 4}
    assert next(one for one in decisions if one["outcome"] == "refused")["organ"] == "police"
    assert any("Decision letter" in step.detail for step in steps if step.step == "hand_over")


def test_a_return_brings_the_citizen_back_with_the_paper_and_the_way_goes_on(folder: Path) -> None:
    steps = run_steps(folder, folder / "codes" / "mother.png", {"hr": "return", "tax": "return"})
    assert steps[-1].ok, steps[-1]
    assert sum(step.step == "take_in" for step in steps) == 1  # one notice for all that is missing
    case, decisions = read_only_case(folder)
    assert case.row["state"] == "delivered"
    assert [row["answered_at"] is not None for row in case.supplements] == [True, True]
    assert outcomes(decisions)["approved"] == len(case.tasks) >= 9
    assert printed_kinds(folder).count("supplement") == 1


@pytest.mark.parametrize(
    ("code", "reason"), [("expired", "expired at"), ("forged", "Not genuine"), ("revoked", "has revoked")]
)
def test_a_bad_code_ends_the_way_with_its_reason(folder: Path, code: str, reason: str) -> None:
    last = run_steps(folder, folder / "codes" / f"{code}.png")[-1]
    assert (last.step, last.ok) == ("verify", False)
    assert reason in last.detail


def test_a_foreign_code_is_not_taken_for_anything(folder: Path, tmp_path: Path) -> None:
    segno.make("https://example.org/somewhere").save(str(tmp_path / "foreign.png"), scale=8)
    last = run_steps(folder, tmp_path / "foreign.png")[-1]
    assert (last.step, last.ok) == ("verify", False)
    assert "It was not opened" in last.detail


def test_two_codes_in_view_are_asked_about_and_none_is_picked(folder: Path, tmp_path: Path) -> None:
    codes = [Image.open(folder / "codes" / f"{name}.png").convert("L") for name in ("mother", "father")]
    both = Image.new("L", (sum(code.width for code in codes), max(code.height for code in codes)), 255)
    both.paste(codes[0], (0, 0))
    both.paste(codes[1], (codes[0].width, 0))
    both.save(tmp_path / "both.png")
    last = run_steps(folder, tmp_path / "both.png")[-1]
    assert (last.step, last.ok, last.detail) == ("scan", False, "Two codes in view: show only one")


def test_a_source_that_is_no_picture_is_said_so_on_a_json_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "torn.png").write_bytes(b"no picture")
    assert run_headless(folder, str(tmp_path / "torn.png"), {}, as_json=True) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line.keys() == {"step", "ok", "ms", "detail"} for line in lines)
    assert [line["ok"] for line in lines] == [True, True, True, True, False]
    assert "damaged or is no picture" in lines[-1]["detail"]


def test_somebody_without_the_papers_is_told_what_is_missing(folder: Path) -> None:
    last = run_steps(folder, folder / "codes" / "traveller.png")[-1]
    assert (last.step, last.ok) == ("fill", False)
    assert "Birth certificate" in last.detail


def test_an_organ_without_a_part_is_named_with_those_that_have_one(folder: Path) -> None:
    with pytest.raises(BadData, match=r"planning decides nothing here\. The organs are: health, police, hr"):
        run_steps(folder, None, {"planning": "refuse"})


def test_a_paper_without_a_code_has_none_to_read() -> None:
    with pytest.raises(BadData, match="no code on this paper"):
        extract_code_image(b"\x1b@ words only")


def test_the_code_of_a_printed_paper_is_the_one_that_was_printed() -> None:
    from clerk_app.paper.page import Barcode128, PaperCut
    from clerk_app.paper.printers.escpos import encode_escpos

    for width in (58, 80):
        paper = encode_escpos((Barcode128("260000000018"), PaperCut()), 58 if width == 58 else 80)
        assert [code.text for code in read_picture(extract_code_image(paper), "receipt")] == ["260000000018"]
