"""Objection to an acceptance: a co-signature that the catalogue asks for is missing, or covers another form."""

from __future__ import annotations

from typing import Any

from clerk_app.cases.co_signatures import list_unsigned_roles, read_signatures
from clerk_app.cases.identity_objection import is_own_visit
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Entry
from clerk_app.locales import mark
from db.engines import Transaction

UNSIGNED = "co_signature"
"""Reason of the objection."""
_MISSING = mark("The case needs the signature of: {roles}. The center has no record of it in the visit.")
_OTHER_FORM = mark("The case needs the signature of: {roles}. They signed another form; different are: {changed}.")


def find_co_signature_objection(tx: Transaction, entry: Entry[Any, Any], catalogue: Catalogue) -> Refused | None:
    """Return the objection; `roles` are ids of roles, and `changed` keys of `signed_form`, with commas between."""
    command = entry.command
    details = command.personal
    if details is None or not hasattr(command, "chosen"):  # erased, or not accepted
        return None
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    visit = command.visit if is_own_visit(tx, entry) else ""
    found = read_signatures(tx, visit, command.one_thing, plan, details.values, details.parties)
    roles = list_unsigned_roles(plan, found)
    if not roles:
        return None
    changed = dict.fromkeys(key for role in roles if role in found and found[role].how for key in found[role].changed)
    if not changed or any(role not in found or not found[role].how for role in roles):
        return Refused(UNSIGNED, _MISSING, roles=",".join(roles))
    return Refused(UNSIGNED, _OTHER_FORM, roles=",".join(roles), changed=",".join(changed))
