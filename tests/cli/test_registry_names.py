"""`clerk registry names`: import and check of enterprise names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import Clerk, Ran
from tests.office import SampleOffice

HEADER = "标识,企业名称,登记状态,注销日期\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "names.csv"
    path.write_text(HEADER + text, "utf-8")
    return path


@pytest.fixture
def names(office: SampleOffice, clerk: Clerk) -> Callable[..., Ran]:
    """Runs `clerk registry names` in a sample office."""
    office.close()
    return partial(clerk, "--office", office.office.folder, "registry", "names")


def test_names_are_imported_once_and_a_taken_name_is_found(names: Callable[..., Ran], tmp_path: Path) -> None:
    file = write(tmp_path, "n1,海州市华联科技有限公司,在用,\nn2,青禾,可选用,\n")
    assert "2 new" in names("import", file, "--source", "market").out
    assert "1 unchanged" in names("import", file, "--source", "market").out
    found = names("check", "海州市華聯技術有限公司")
    assert found.code == 1
    assert "海州市[華聯]技術有限公司" in found.out
    assert "海州市青禾技術有限公司" in found.out
    assert "free" in names("check", "海州市永盛科技有限公司").out


def test_a_wrong_row_is_named_and_the_others_are_imported(names: Callable[..., Ran], tmp_path: Path) -> None:
    file = write(tmp_path, "n1,海州市华联科技有限公司,没了,\nn2,海州市永盛科技有限公司,在用,\n")
    done = names("import", file, "--source", "market")
    assert done.code == 1
    assert "row 2" in done.out
    assert "1 new" in done.out
