"""History of a case: time, person and action of each entry, in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.consents import ACCEPTANCES, DECLINED, WITHDRAWN, correct_consents
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.delivery.closure import ArchiveCase, WithdrawCase
from clerk_app.cases.delivery.parts import HandOverPart
from clerk_app.cases.delivery.results import HandOverResults, IssueResults
from clerk_app.cases.duplicates import DUPLICATE_REASONS
from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.objections import RaiseObjection, SettleObjection
from clerk_app.cases.overruled_photos import PhotoFlaw
from clerk_app.cases.paper_reasons import PAPER_REASONS
from clerk_app.cases.prints import BeginPrint, RecordPrint
from clerk_app.cases.result_licences import RecordRevokedResult
from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import QueryCaseStatus, RecordStatusQuery
from clerk_app.cases.tasks.claims import ClaimTask, EndLeases, ReassignTask, ReleaseTask, RenewClaim, TakeBackTask
from clerk_app.cases.tasks.consent_withdrawals import WithdrawCaseConsent
from clerk_app.cases.tasks.corrections import ReopenDecision
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from clerk_app.cases.tasks.external_waits import BeginExternalWait, EndExternalWait
from clerk_app.cases.tasks.referrals import ReferTask, SendBackTask
from clerk_app.cases.tasks.supplements import ReturnTask, TakeInMaterials
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.people import SCHEDULE, SYSTEM
from clerk_app.roles.formatting import describe_consent, localize
from clerk_app.roles.material_origin import describe_paper_reason
from clerk_app.roles.papers.overruled import describe_overruled
from clerk_app.roles.papers.photo_check import describe_overruled_photo
from clerk_app.roles.rejected_work import action_name
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.views.case import HistoryRow
from db.engines import Row, Transaction


def read_history(tx: Transaction, case: CaseRecord) -> tuple[HistoryRow, ...]:
    """Return the history of a case, oldest first. Refused commands and those of `_UNLISTED` are left out."""
    zone = case.catalogue.time_zone
    names: dict[str, str] = {row["id"]: row["name"] for row in tx.select("staff")}

    def build(entry: Row, action: str = "") -> HistoryRow:
        words = (action,) if action else (_describe(case, entry), *_describe_consents(tx, case, entry))
        return HistoryRow(
            at=to_local_time(entry["at"], zone),
            actor=names.get(entry["actor"]) or _name_program(entry["actor"]),
            action=format_list(words, ";"),
        )

    return build_rows(
        (entry for entry in _select_entries(tx, case.number) if entry["kind"] not in _UNLISTED),
        build,
        lambda entry: build(entry, f"{action_name(entry['kind'])} ({translate(CANNOT_BE_DISPLAYED)})"),
        lambda entry: f"entry {entry['revision']} of case {case.number}",
    )


def _select_entries(tx: Transaction, number: str) -> list[Row]:
    """Return the entries of a case that were done, in order.

    On a window these are the entries of the history that the center sent, followed by the window's unanswered entries.
    """
    is_window = tx.query_one("ledger.center_connection") is not None
    own = [
        {**row, "at": row["corrected_at"]}
        for row in tx.query_all("ledger.entries_of_stream", stream=f"case/{number}")
        if row["outcome"] == "done" and (not is_window or row["answered_at"] is None)
    ]
    return [*tx.select("histories", order=("revision",), case_number=number), *own] if is_window else own


def _matter_name(case: CaseRecord, task: str) -> str:
    row = next((row for row in case.tasks if row["id"] == task), None)
    return localize(case.catalogue.matter(row["matter"]).name) if row else task


def _describe(case: CaseRecord, entry: Row) -> str:
    if entry["kind"] not in _SENTENCES:
        return action_name(entry["kind"])
    command, decision = json.loads(entry["command"]), json.loads(entry["decision"])
    sentence = _SENTENCES[entry["kind"]]
    if entry["kind"] == DecideTask.stored_name and command["outcome"] != "approved":
        sentence = _TASK_REFUSED
    if entry["kind"] == RecordStatusQuery.stored_name and not command.get("right"):
        sentence = _WRONG_FACTOR_CLAIMED
    task = command.get("task") or command.get("wait", "").partition("-")[0]
    task = task or decision.get("task", "")  # ClaimTask may name it in the decision only
    line = translate(sentence).format(matter=_matter_name(case, task))
    if entry["kind"] in (ReopenDecision.stored_name, HandOverPart.stored_name):
        line = format_list((line, command.get("reason") or command.get("cause", "")), ":")
    return format_list(
        (
            line,
            *_describe_duplicates(command),
            *_describe_papers(case, command),
            *_describe_consequences(case, decision),
            *_describe_revocation(command),
        ),
        ";",
    )


def _describe_consents(tx: Transaction, case: CaseRecord, entry: Row) -> Iterator[str]:
    """Yield how the consent to the licences of an acceptance was confirmed, and which were declined or withdrawn."""
    if entry["kind"] in ACCEPTANCES:
        answers = correct_consents(tx, case.number, entry["decision"])
        refused = {name: how for name, how in answers.items() if how in (DECLINED, WITHDRAWN)}
        for how, count in sorted(Counter(how for name, how in answers.items() if name not in refused).items()):
            yield f"{describe_consent(how)} ({count})"
        for name, how in refused.items():
            yield _("{name}: {consent}").format(name=_material_name(case, name), consent=describe_consent(how))
    if entry["kind"] == WithdrawCaseConsent.stored_name:
        yield from (_material_name(case, name) for name in json.loads(entry["command"])["materials"])


def _material_name(case: CaseRecord, material: str) -> str:
    return localize(case.catalogue.material(material).name)


def _describe_papers(case: CaseRecord, command: dict[str, Any]) -> Iterator[str]:
    """Yield each material taken on paper although the city holds it, or with overruled findings, with the reason."""
    for given in command.get("materials", ()):
        if given.get("paper_code") in PAPER_REASONS:
            why = describe_paper_reason(given["paper_code"], given.get("paper_reason", ""))
            sentence = _("{material} on paper although the city holds it: {why}")
            yield sentence.format(material=localize(case.catalogue.material(given["material"]).name), why=why)
        for finding in describe_overruled(given.get("overruled", ())):
            yield format_list((localize(case.catalogue.material(given["material"]).name), finding), ":")
        photo = given.get("photo")
        if photo is not None:
            flaws = msgspec.convert(photo["flaws"], tuple[PhotoFlaw, ...])
            why = describe_overruled_photo(flaws, photo["code"], photo.get("reason", ""))
            yield format_list((_material_name(case, given["material"]), why), ":")


def _describe_duplicates(command: dict[str, Any]) -> Iterator[str]:
    """Yield which other cases of the applicant the clerk knew at the acceptance, and why it was accepted."""
    others = command.get("duplicates", ())
    if others:
        why = translate(DUPLICATE_REASONS.get(command.get("duplicate_code", ""), ""))
        yield _("the applicant has another case under way: {numbers}").format(numbers=format_list(others))
        yield why


def _describe_consequences(case: CaseRecord, decision: dict[str, Any]) -> Iterator[str]:
    """Yield what an entry did to other matters: ended, opened again, checked again."""
    reopened = [part["task"] for part in decision.get("reopened", ())]
    lapsed = [part["task"] for part in decision.get("fallen", ())]
    moved = [part["task"] for part in decision.get("moved", ())]
    for tasks, sentence in (
        (lapsed, _("ended without a decision: {matters}")),
        (reopened, _("open again: {matters}")),
        (moved, _("moved to the organ of the corrected place: {matters}")),
        (decision.get("rechecked") or decision.get("rechecked_tasks", ()), _("checked again: {matters}")),
    ):
        if tasks:
            yield sentence.format(matters=format_list(_matter_name(case, task) for task in tasks))
    licences = decision.get("licences") or {}
    if licences.get("revoking"):
        is_replaced = any(
            part["product"] in {due["product"] for due in licences.get("due", ())} for part in licences["revoking"]
        )
        yield _("its licence is replaced by a new one") if is_replaced else _("its licence is revoked")


def _describe_revocation(command: dict[str, Any]) -> Iterator[str]:
    """Yield who revoked the licence of a result in the repository, and why."""
    if command.get("revoked_by"):
        yield format_list(filter(None, (_name_program(command["revoked_by"]), command.get("why"))), ":")


_TASK_REFUSED = mark("{matter}: refused")
_WRONG_FACTOR_CLAIMED = mark("wrong characters entered at a kiosk, as the kiosk itself states")
_SENTENCES: dict[str, str] = {
    AcceptCase.stored_name: mark("accepted"),
    RefuseAcceptance.stored_name: mark("not accepted"),
    ClaimTask.stored_name: mark("{matter}: taken up"),
    ReleaseTask.stored_name: mark("{matter}: put back"),
    TakeBackTask.stored_name: mark("{matter}: taken back by a supervisor"),
    ReassignTask.stored_name: mark("{matter}: given to another officer"),
    CommitTask.stored_name: mark("{matter}: committed in writing"),
    DecideTask.stored_name: mark("{matter}: approved"),
    ReopenDecision.stored_name: mark("{matter}: decision reopened by its officer"),
    ReturnTask.stored_name: mark("{matter}: returned for papers"),
    ReferTask.stored_name: mark("{matter}: agreed, and referred to the superior organ"),
    SendBackTask.stored_name: mark("{matter}: sent back by the superior organ"),
    BeginExternalWait.stored_name: mark("{matter}: waits for another office"),
    EndExternalWait.stored_name: mark("{matter}: no longer waits for another office"),
    TakeInMaterials.stored_name: mark("papers taken in"),
    IssueResults.stored_name: mark("results put together"),
    HandOverResults.stored_name: mark("handed over against signature"),
    HandOverPart.stored_name: mark("finished results handed over early against signature"),
    WithdrawCase.stored_name: mark("withdrawn"),
    RecordNoticePrint.stored_name: mark("paper sent to the printer"),
    BeginPrint.stored_name: mark("paper sent to the printer"),
    RecordStatusQuery.stored_name: mark("status shown at a kiosk, as the kiosk itself states"),
    QueryCaseStatus.stored_name: mark("status requested, answered by the center"),
    RecordRevokedResult.stored_name: mark("{matter}: the licence of the result was revoked"),
    TransferCase.stored_name: mark("transferred to another service centre"),
}
"""Sentences that name the matter or differ from the label of the command (`Rule.label`), which serves all others."""
_UNLISTED = frozenset(
    command.stored_name
    for command in (RenewClaim, EndLeases, ArchiveCase, EraseCase, RaiseObjection, SettleObjection, RecordPrint)
)
"""Commands that are no step of the case for its reader, or are shown elsewhere: the list of papers has the prints."""


def _name_program(actor: str) -> str:
    """Return the name of an actor who is not in the staff list."""
    return {SCHEDULE: _("by schedule"), SYSTEM: _("the center")}.get(actor, actor)
