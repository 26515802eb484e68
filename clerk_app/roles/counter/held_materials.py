"""Everything that the city holds of the parties of a draft, as far as it was listed for it (我的证照, 我的材料)."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.citizen.offered_rows import list_offered_rows
from clerk_app.composition.office import Office
from clerk_app.licences.material_match import licence_state
from clerk_app.locales import _
from clerk_app.people.earlier_materials import PRODUCED
from clerk_app.people.replaced_results import REPLACED
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.material_rows import describe_issuer, describe_validity, find_issue_date
from clerk_app.roles.formatting import describe_consent, localize
from clerk_app.roles.material_origin import describe_learnt
from clerk_app.views.held_materials import HeldMaterial
from clerk_app.views.shared import Level
from db.engines import Row


def list_held_materials(office: Office, draft: DraftState, visit: str) -> tuple[HeldMaterial, ...]:
    """Return the licences and earlier materials that were listed in a visit for the parties of a draft."""
    with office.store.read() as tx:
        offered = list_offered_rows(tx, visit, draft.plan.one_thing.id)
    rows = [row for row in offered if row["id"] in draft.providers]
    return tuple(_build_rows(draft, [*rows, *draft.too_old.values()], office.door.clock()))


def _build_rows(draft: DraftState, rows: list[Row], now: int) -> Iterator[HeldMaterial]:
    used = {
        match.licence["id"]: match.material
        for match in draft.matches.values()
        if match.licence is not None and match.state in ("held", "declined")
    }
    names = {party.subject: party.name for party in draft.parties.values() if party.subject}
    for row in rows:
        state, level = _describe_state(draft, row, is_used=row["id"] in used)
        yield HeldMaterial(
            id=row["id"],
            name=_name(draft, row),
            holder=names.get(row["holder"]) or _("another person"),
            kind=_name_kind(row),
            state_name=state,
            level=level,
            issuer=describe_issuer(draft, row),
            issued_on=find_issue_date(row),
            valid_to=describe_validity(row),
            learnt=describe_learnt(row["updated_at"], now, draft.catalogue.time_zone),
            grade=row["grade"],
            used_for=localize(used[row["id"]].name) if row["id"] in used else "",
            used_as=used[row["id"]].id if row["id"] in used else "",
        )


def _name(draft: DraftState, row: Row) -> str:
    try:
        if row["material"]:
            return localize(draft.catalogue.material(row["material"]).name)
        return localize(draft.catalogue.licence_type(row["kind"]).name)
    except KeyError:
        return str(row["material"] or row["kind"])


def _name_kind(row: Row) -> str:
    if not row["material"]:
        return _("e-licence")
    return _("result of an earlier case") if row["given_how"] == PRODUCED else _("paper of an earlier case")


def _describe_state(draft: DraftState, row: Row, *, is_used: bool) -> tuple[str, Level]:
    """Return whether a row can be used, and whether its use was agreed to."""
    if row.get("too_old"):
        return _("too old"), "bad"
    if row["state"] == REPLACED:
        return _("replaced by a newer version"), "bad"
    state = licence_state(row, draft.today)
    if state == "revoked":
        return _("revoked or suspended"), "bad"
    if state == "issuer_removed":
        return _("issuer removed"), "bad"
    if state == "expired":
        return _("expired"), "bad"
    if row["id"] in draft.refused:
        return describe_consent(draft.refused[row["id"]]), "warn"
    if not draft.providers[row["id"]]:
        return _("holder absent"), "warn"
    if row["id"] in draft.consent_states:
        return describe_consent(draft.consent_states[row["id"]]), "good"
    return (_("consent?"), "warn") if is_used else (_("not used here"), "plain")
