"""Materials of a case whose consent can still be withdrawn, and those on which an organ has decided."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.consents import DECLINED, WITHDRAWN, list_withdrawn, read_consents
from clerk_app.cases.tasks.consent_withdrawals import find_decided, find_withdrawable
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import describe_consent, localize
from clerk_app.views.shared import Option
from db.engines import Transaction


def list_withdrawable(case: CaseRecord) -> tuple[Option, ...]:
    """Return the materials that are used by consent and on which no organ has decided; the issuer is the hint."""
    known = {material.id for material in case.catalogue.materials}
    return tuple(
        Option(name, localize(case.catalogue.material(name).name), row["issuer"])
        for name, row in find_withdrawable(case).items()
        if name in known
    )


def list_refused_materials(tx: Transaction, case: CaseRecord) -> tuple[str, ...]:
    """Return the materials whose use a party declined, or the consent to which was withdrawn at any time."""
    answers = {name: how for name, how in read_consents(tx, case.number).items() if how in (DECLINED, WITHDRAWN)}
    answers |= dict.fromkeys(list_withdrawn(tx, case.number), WITHDRAWN)
    known = {material.id for material in case.catalogue.materials}
    return tuple(
        _("{name}: {consent}").format(name=localize(case.catalogue.material(name).name), consent=describe_consent(how))
        for name, how in answers.items()
        if name in known
    )


def list_decided(case: CaseRecord) -> tuple[Option, ...]:
    """Return the materials whose consent cannot be withdrawn any more; the hint is which organs have decided."""
    known = {material.id for material in case.catalogue.materials}
    return tuple(
        Option(name, localize(case.catalogue.material(name).name), _("decided: {organs}").format(organs=names))
        for name, organs in find_decided(case).items()
        if name in known and (names := format_list(localize(case.catalogue.organ(organ).name) for organ in organs))
    )
