"""Snapshots of the approval of several tasks: the list, and the result."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.locales import set_language
from screens.department.bulk_dialogs import BulkDialog
from tests.screens.sample_bulk import sample_bulk_list
from tests.snapshots.test_similarity_pictures import SIZES, check_picture


@pytest.mark.many_cases
@SIZES
def test_the_list_of_tasks_to_approve_together_looks_as_it_did(
    snap_compare: Callable[..., bool], size: tuple[int, int], language: str
) -> None:
    set_language(language)
    assert check_picture(snap_compare, size, lambda: BulkDialog(sample_bulk_list(), ("t0", "t1")), "down")
