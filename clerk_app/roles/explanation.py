"""Explains the state of a case in sentences: for each entry, whether the center has received it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from clerk_app.cases.states import CASE_STATE_NAMES
from clerk_app.composition.office import Office
from clerk_app.errors import Refused, format_sentence
from clerk_app.locales import _, translate
from clerk_app.roles.connection_view import describe_connection, read_connection_facts
from clerk_app.roles.rejected_work import action_name, read_rejected_work
from db.engines import Row, Transaction


def explain_case(office: Office, number: str) -> Iterator[str]:
    """Yield the sentences about the case with this number. Raises Refused if the store has no entry of the case."""
    with office.store.read() as tx:
        case = tx.get("cases", number=number)
        entries = tx.query_all("ledger.entries_of_stream", stream=f"case/{number}")
        facts = read_connection_facts(office, tx)
        if case is None and not entries:
            raise Refused("no_case", "There is no case {number} here. Check the number.", number=number)
        yield _("Case {number}: {state}.").format(
            number=number,
            state=translate(CASE_STATE_NAMES[case["state"]]) if case else _("not (or no longer) held here"),
        )
        if facts.is_own_center:
            yield _("This office is its own center: everything below is final here.")
        else:
            yield _("Connection: {state}.").format(state=describe_connection(office, facts)[0])
        for row in entries:
            yield "  " + _describe_entry(office, row, own=facts.is_own_center)
        if not facts.is_own_center:
            yield from _describe_center_history(tx, number)
        for work in read_rejected_work(tx, office.catalogue_frame().time_zone, number):
            yield _("To settle: {what}: {sentence}").format(what=work.action, sentence=work.sentence)


def _describe_entry(office: Office, row: Row, *, own: bool) -> str:
    when = office.local_time(row["corrected_at"]).strftime("%m-%d %H:%M")
    head = f"{when}  {row['node']} {row['incarnation']}/{row['number']}  {action_name(row['kind'])}: "
    if row["outcome"] == "refused":
        return head + _("refused here: {sentence}").format(sentence=_refusal_sentence(json.loads(row["decision"])))
    if own:
        return head + _("done.")
    if row["answered_at"] is None:
        return head + _("waits to be sent. It is kept here and counts; the center does not know it yet.")
    answer: dict[str, Any] = json.loads(row["answer"]) if row["answer"] else {}
    if answer.get("refused"):
        return head + _("refused by the center: {sentence}").format(sentence=_refusal_sentence(answer["refused"]))
    if answer.get("decision", own_decision := json.loads(row["decision"])) != own_decision:
        return head + _("the center has it, and decided it differently.")
    return head + _("the center has it as it was done here.")


def _describe_center_history(tx: Transaction, number: str) -> Iterator[str]:
    rows = tx.select("histories", order=("revision",), case_number=number)
    if not rows:
        yield _("The center has not sent anything about this case yet.")
        return
    words = ", ".join(action_name(row["kind"]) for row in rows)
    yield _("The center has {count} entries of it: {words}.").format(count=len(rows), words=words)


def _refusal_sentence(refused: dict[str, Any]) -> str:
    return format_sentence(refused["sentence"], refused.get("facts", {}))
