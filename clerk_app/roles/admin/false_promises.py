"""Records of false promises for the administrator: their table, and their repair (信用修复) by two persons."""

from __future__ import annotations

from clerk_app.cases.promises.records import AskRepair, RepairRecord
from clerk_app.composition.office import Office
from clerk_app.ledger.persons import person_of
from clerk_app.locales import _
from clerk_app.roles.formatting import localize_organ_name
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.text.cleaning import clean_code, clean_text
from clerk_app.views.registry import RegistryRow, RegistryTable, RepairActId
from clerk_app.views.shared import LabelledValue, Level
from db.engines import Row, Transaction

_MOST = 500


def tabulate_false_promises(office: Office, staff: str) -> RegistryTable:
    """Return the table of the records that count, the newest first. Applicants are named by their cases only."""
    with office.store.read() as tx:
        found = tx.query_all("promises.broken_that_count", now=office.now, most=_MOST)
        rows = tuple(_build_row(office, tx, row, staff) for row in found)
    return RegistryTable(
        "promises",
        _("False promises"),
        (_("Case"), _("Organ"), _("Recorded"), _("Counts until"), _("Repair")),
        rows,
        _("No false promise is recorded."),
        "warn" if any("confirm" in row.acts for row in rows) else "plain",
    )


def _build_row(office: Office, tx: Transaction, row: Row, staff: str) -> RegistryRow:
    recorded, ends = (office.local_time(row[name]).date().isoformat() for name in ("recorded_at", "counts_until"))
    asker = row["repair_asked_by"]
    organ = localize_organ_name(tx.get("organs", id=row["organ"]), row["organ"])
    facts = [
        LabelledValue(_("Case"), row["case_number"]),
        LabelledValue(_("Organ"), organ),
        LabelledValue(_("Recorded"), recorded),
        LabelledValue(_("Counts until"), ends),
    ]
    acts: tuple[RepairActId, ...] = ("propose", "credit")
    if asker:
        facts += [
            LabelledValue(_("Proposed by"), read_staff_name(tx, asker)),
            LabelledValue(_("Reason"), row["repair_reason"]),
        ]
        acts = () if person_of(tx, asker) == person_of(tx, staff) else ("confirm", "propose", "credit")
    state = _("proposed") if asker else _("not proposed")
    cells = (row["case_number"], organ, recorded, ends, state)
    level: Level = "warn" if "confirm" in acts else "plain"
    return RegistryRow(row["promise"], cells, level, tuple(facts), acts=acts)


class FalsePromises:
    """The acts of an administrator on the records of false promises."""

    _office: Office
    _staff: Row

    def propose_repair(self, promise: str, reason: str, credit_case: str) -> str:
        command = AskRepair(promise=promise, reason=clean_text(reason), credit_case=clean_code(credit_case))
        self._office.door.perform(command, str(self._staff["id"]))
        return _("The repair was proposed: another person confirms it here.")

    def confirm_repair(self, promise: str) -> str:
        self._office.door.perform(RepairRecord(promise=promise), str(self._staff["id"]))
        return _("The record was repaired: the applicant may make promises again.")
