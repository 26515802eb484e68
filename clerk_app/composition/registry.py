"""Registry of all commands and of all replicated document types."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from clerk_app import cases, citizen, feedback, hall, people, registry, similarity
from clerk_app.ledger.commands import Command, Entry, Placement, Rule, RuleModules, Rules
from clerk_app.ledger.rules import RULE_MODULES as LEDGER_MODULES
from clerk_app.licences.rules import RULE_MODULES as LICENCE_MODULES

if TYPE_CHECKING:
    from clerk_app.errors import Refused
    from clerk_app.ledger.entries import Refusal
    from clerk_app.ledger.replication.documents import DocumentTypes
    from db.engines import Transaction

_CATALOGUE_MODULES = {"clerk_app.catalogue.publication": ("PublishCatalogue",)}


@cache
def all_rules() -> Rules:
    """Return the rules of all commands; the module of a command is imported when its rule is first needed."""
    return Rules(modules=list_rule_modules(), complete=_complete_rule)


def list_rule_modules() -> RuleModules:
    """Return the modules of all packages that register commands."""
    return {
        **LEDGER_MODULES,
        **_CATALOGUE_MODULES,
        **people.RULE_MODULES,
        **hall.RULE_MODULES,
        **feedback.RULE_MODULES,
        **cases.RULE_MODULES,
        **LICENCE_MODULES,
        **registry.RULE_MODULES,
        **similarity.RULE_MODULES,
        **citizen.RULE_MODULES,
    }


def _complete_rule(rule: Rule[Any, Any]) -> Rule[Any, Any]:
    """Return the rule with what all commands of windows have: rejected ones are kept for the supervisor of the site."""
    if rule.placement is not Placement.LOCAL_FIRST:
        return rule
    return replace(rule, apply_refusal=rule.apply_refusal or _keep_rejected, doubts=_find_doubts)


def _keep_rejected(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    from clerk_app.cases.rejections import keep_rejected_entry  # needed by few programs

    keep_rejected_entry(tx, entry)


def _find_doubts(tx: Transaction, entry: Entry[Any, Any], doubt: Refused) -> Sequence[tuple[Command[Any], str]]:
    from clerk_app.cases.objections import find_doubts  # needed by few programs

    return find_doubts(tx, entry, doubt)


def all_document_types() -> DocumentTypes:
    """Return the types of all documents that the center replicates to its windows."""
    from clerk_app.cases.document_types import DOCUMENT_TYPES as CASE_TYPES  # a stand-alone office needs none of these
    from clerk_app.catalogue.documents import DOCUMENT_TYPES as CATALOGUE_TYPES
    from clerk_app.citizen.code_slips import CODE_REQUEST_DOCUMENT
    from clerk_app.feedback.complaints import COMPLAINT_DOCUMENT
    from clerk_app.hall.documents import DOCUMENT_TYPES as HALL_TYPES
    from clerk_app.ledger.numbers import NUMBER_BLOCK_DOCUMENT
    from clerk_app.ledger.replication.documents import DocumentTypes
    from clerk_app.people.documents import DOCUMENT_TYPES as PEOPLE_TYPES

    return DocumentTypes(
        (
            *CATALOGUE_TYPES,
            *PEOPLE_TYPES,
            *HALL_TYPES,
            *CASE_TYPES,
            COMPLAINT_DOCUMENT,
            CODE_REQUEST_DOCUMENT,
            NUMBER_BLOCK_DOCUMENT,
        )
    )
