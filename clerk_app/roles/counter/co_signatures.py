"""Co-signatures that the draft on the screen lacks."""

from __future__ import annotations

from clerk_app.cases.co_signatures import list_unsigned_roles
from clerk_app.locales import _
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.formatting import localize
from clerk_app.views.shared import Option


def list_unsigned(draft: DraftState) -> tuple[Option, ...]:
    """Return the roles whose co-signature the draft lacks, each with what is to be done."""
    names = {role.id: localize(role.name) for role in draft.plan.one_thing.parties}
    return tuple(
        Option(role, _("Co-signature: {role}").format(role=f"{names[role]} {draft.parties[role].name}".strip()))
        for role in list_unsigned_roles(draft.plan, draft.co_signatures)
    )
