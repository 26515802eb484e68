"""Stored names and JSON fields of commands, decisions and documents never change: entries hash them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.ledger.commands import Placement
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


def test_every_command_declares_its_permission_and_who_has_it() -> None:
    assert [rule.kind for rule in RULES if not (rule.permission and rule.roles and rule.machines)] == []


def test_every_command_has_a_label_in_both_languages() -> None:
    set_language("zh_CN")
    chinese = {rule.kind: translate(rule.label) for rule in RULES}
    set_language("en")
    assert [rule.kind for rule in RULES if translate(rule.label) != rule.label] == []
    assert [rule.kind for rule in RULES if chinese[rule.kind] == rule.label] == []


def test_a_command_declares_only_document_types_that_exist() -> None:
    known = {kind.name for kind in all_document_types()}
    assert [rule.kind for rule in RULES if not set(rule.documents) <= known] == []
    private = [rule.kind for rule in RULES if rule.documents and rule.placement is Placement.PRIVATE]
    assert private == [], "a private command changes no document"
