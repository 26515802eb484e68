"""The part `feedback` of the policy: reasons of ratings and categories of complaints, checked by its schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.catalogue.loader import check_folder, load_folder
from tests.catalogue.good_folder import HEAD, THINGS

NAME = "name: {zh: 类, en: Kind}"


def write_folder(folder: Path, feedback: str) -> Path:
    (folder / "catalogue.yaml").write_text(f"{HEAD}policy: {{feedback: {{{feedback}}}}}\n", "utf-8")
    (folder / "things.yaml").write_text(THINGS, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("feedback", "field", "sentence"),
    [
        (f"complaint_categories: [{{id: a, {NAME}}}, {{id: a, {NAME}}}]", "complaint_categories", "a is there twice."),
        (f"rating_reasons: [{{id: a, {NAME}, scores: []}}]", "rating_reasons[0].scores", "At least 1 are needed here."),
        ("complaint_categories: []", "complaint_categories", "At least 1 are needed here."),
        ("complaint_working_days: 0", "complaint_working_days", "0 is too small: at least 1."),
        ("working_days: 3", "working_days", None),
    ],
)
def test_a_mistake_is_named_by_field(
    tmp_path: Path, english: None, feedback: str, field: str, sentence: str | None
) -> None:
    (mistake,) = check_folder(write_folder(tmp_path, feedback))
    assert mistake.field == f"policy.feedback.{field}"
    assert sentence is None or mistake.sentence == sentence


def test_a_catalogue_without_them_has_one_category_and_no_reasons(tmp_path: Path) -> None:
    policy = load_folder(write_folder(tmp_path, "kept_days: 100")).city_policy
    assert [category.id for category in policy.feedback.complaint_categories] == ["other"]
    assert policy.feedback.rating_reasons == ()
