"""Stored names and JSON fields of commands, decisions and documents never change: entries hash them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.ledger.commands import Placement, Rule
from clerk_app.locales import set_language, translate
from tests.ledger.stored_form import stored_form

RELEASED: dict[str, Any] = json.loads((Path(__file__).parent / "stored_names.json").read_text("utf-8"))
RULES = all_rules()


def test_every_released_command_has_its_stored_name_and_fields() -> None:
    forms = {rule.kind: stored_form(rule.command) for rule in RULES}
    assert {name: forms[name] for name in RELEASED["commands"]} == RELEASED["commands"]


def test_every_released_decision_has_its_stored_name_and_fields() -> None:
    assert {rule.kind: rule.decision.stored_name for rule in RULES if rule.kind in RELEASED["decision_of"]} == (
        RELEASED["decision_of"]
    )
    forms = {rule.decision.stored_name: stored_form(rule.decision) for rule in RULES}
    assert {name: forms[name] for name in RELEASED["decisions"]} == RELEASED["decisions"]


def test_every_released_document_type_has_its_name() -> None:
    assert set(RELEASED["document_types"]) <= {kind.name for kind in all_document_types()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_a_command_declares_its_permission_and_who_has_it(rule: Rule[Any, Any]) -> None:
    assert rule.permission
    assert rule.roles
    assert rule.machines


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_a_command_has_a_label_in_both_languages(rule: Rule[Any, Any]) -> None:
    set_language("zh_CN")
    chinese = translate(rule.label)
    set_language("en")
    assert translate(rule.label) == rule.label
    assert chinese != rule.label


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_a_command_declares_only_document_types_that_exist(rule: Rule[Any, Any]) -> None:
    assert set(rule.documents) <= {kind.name for kind in all_document_types()}
    assert not rule.documents or rule.placement is not Placement.PRIVATE, "a private command changes no document"
