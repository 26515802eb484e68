"""Registry of all commands and of all replicated document types."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from clerk_app import cases, hall, people, registry
from clerk_app.cases.objections import find_doubts
from clerk_app.cases.rejections import keep_rejected_entry
from clerk_app.catalogue import documents, publication
from clerk_app.ledger import (
    clock_check,
    confirmations,
    kept_entries,
    node_keys,
    nodes,
    numbers,
    recovery_wait,
    rejected_work,
    window_setup,
)
from clerk_app.ledger.commands import Placement, Rules
from clerk_app.ledger.numbers import NUMBER_BLOCK_DOCUMENT
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.licences.rules import RULES as LICENCE_RULES


@cache
def all_rules() -> Rules:
    """Return the rules of all commands. Rejected entries of windows are kept for the supervisor of their site."""
    return Rules(
        replace(rule, apply_refusal=rule.apply_refusal or keep_rejected_entry, doubts=find_doubts)
        if rule.placement is Placement.LOCAL_FIRST
        else rule
        for rule in (
            *nodes.RULES,
            *node_keys.RULES,
            *clock_check.RULES,
            *confirmations.RULES,
            *kept_entries.RULES,
            *recovery_wait.RULES,
            *window_setup.RULES,
            *rejected_work.RULES,
            *numbers.RULES,
            *publication.RULES,
            *people.RULES,
            *hall.RULES,
            *cases.RULES,
            *LICENCE_RULES,
            *registry.RULES,
        )
    )


def all_document_types() -> DocumentTypes:
    """Return the types of all documents that the center replicates to its windows."""
    return DocumentTypes(
        (
            *documents.DOCUMENT_TYPES,
            *people.DOCUMENT_TYPES,
            *hall.DOCUMENT_TYPES,
            *cases.DOCUMENT_TYPES,
            NUMBER_BLOCK_DOCUMENT,
        )
    )
