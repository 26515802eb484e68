"""`clerk catalogue import`: a workbook becomes files that are checked, previewed and published."""

from __future__ import annotations

from pathlib import Path

from tests.catalogue.workbooks import PLAIN_HEADINGS, plain_row, save_list
from tests.cli.conftest import Clerk
from tests.cli.test_catalogue import city as city
from tests.cli.test_catalogue import rewrite
from tests.office import SampleOffice


def test_an_imported_list_is_checked_previewed_and_published(
    clerk: Clerk, office: SampleOffice, city: Path, tmp_path: Path
) -> None:
    rows = [PLAIN_HEADINGS, plain_row(), plain_row(事项名称="医师执业注册", 实施编码="JC0002", 实施主体="新设局")]
    path = save_list(tmp_path, rows)
    ran = clerk("catalogue", "import", path, city)
    assert ran.code == 1
    assert ran.lines[0] == "Sheet!C3: 实施主体: The catalogue has nothing of the name 新设局."
    assert any(line.startswith("2 matters with 0 handling items and 2 new materials") for line in ran.lines)
    checked = clerk("catalogue", "check", city)
    assert [line.rpartition(": ")[2] for line in checked.lines] == ["This is still to be filled in."]
    assert "--replace" in clerk("catalogue", "import", path, city).refused
    again = clerk("catalogue", "import", path, city, "--replace", "--add-organs", "district", "--json")
    assert (again.code, again.json["mistakes"], again.json["matters"]) == (0, [], 2)
    assert clerk("catalogue", "check", city).code == 0
    chosen = "matter.gong-gong-chang-suo-wei-sheng-xu-ke"
    shown = clerk("catalogue", "preview", city, chosen)
    assert (shown.code, shown.err) == (0, "")
    version = next(
        line for line in (city / "catalogue.yaml").read_text("utf-8").splitlines() if line.startswith("version")
    )
    rewrite(city / "catalogue.yaml", version, f"version: {int(version.split()[1]) + 1}")
    published = clerk("--office", office.office.folder, "catalogue", "publish", city)
    assert (published.code, published.err) == (0, "")
    assert office.office.catalogue().one_thing(chosen).matters == ("gong-gong-chang-suo-wei-sheng-xu-ke",)


def test_a_file_or_folder_that_is_not_there_is_a_sentence(clerk: Clerk, city: Path, tmp_path: Path) -> None:
    path = save_list(tmp_path, [PLAIN_HEADINGS, plain_row()])
    assert "There is no file" in clerk("catalogue", "import", tmp_path / "none.xlsx", city).refused
    (tmp_path / "empty").mkdir()
    assert "is not the folder of a catalogue" in clerk("catalogue", "import", path, tmp_path / "empty").refused
