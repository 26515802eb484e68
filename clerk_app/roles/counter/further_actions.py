"""Acts on the further persons of the draft on the screen, up to the acceptance of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from clerk_app.cases.intake.further_persons import MOST_PERSONS, FurtherPerson, find_person_role
from clerk_app.catalogue.form_fields import Field
from clerk_app.catalogue.one_things import PartyRole
from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.locales import _, format_list, plural_form
from clerk_app.roles.case_answers import list_answer_options
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.counter.complete_draft import build_acceptance, require_complete
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.duplicates import search_duplicates
from clerk_app.roles.counter.further_state import (
    PersonState,
    check_person,
    find_papers,
    list_columns,
    normalize_answers,
    read_persons,
)
from clerk_app.roles.counter.receipt_list import print_list
from clerk_app.roles.counter.received import ReceivedActions
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.given_files import giving_files
from clerk_app.views.case import FieldRow
from clerk_app.views.counter import CounterView
from clerk_app.views.further import FurtherImport, FurtherList, FurtherRow
from db.engines import Row


class FurtherActions(ReceivedActions):
    """Acts on further persons; the draft keeps the list, and each acceptance takes one person off it."""

    def read_further(self) -> FurtherList:
        draft, visit, role = self._read_bulk_draft()
        with self._office.store.read() as tx:
            found = read_persons(self._office, tx, draft, visit)
        labels = {field.id: localize(field.name) for field in list_columns(draft, role)}
        return FurtherList(
            first=draft.parties[role.id].name,
            role=localize(role.name),
            organisation=draft.applicant.name,
            fields=self._build_fields(draft, role),
            rows=tuple(
                FurtherRow(row.person.id, number, row.name, _describe_faults(row, labels))
                for number, row in enumerate(found, 1)
            ),
            papers=find_papers(draft, role),
        )

    def read_further_answers(self, person: str) -> Mapping[str, str]:
        return _find_person(self._read_unmasked_draft(), person).values

    def check_further(self, person: str, values: Mapping[str, str]) -> tuple[FieldRow, ...]:
        draft, visit, role = self._read_bulk_draft()
        fields = list_columns(draft, role)
        entered = FurtherPerson(id=person or "new", values=normalize_answers(draft, fields, values))
        kept = [other for other in draft.content.further if other.id != person]
        with self._office.store.read() as tx:
            row = check_person(self._office, tx, draft, visit, kept, entered)
        shown = {**row.state.content.values, **entered.values}
        asked = {planned.field.id for planned in row.state.plan.fields}
        errors: dict[str, str] = {}
        for field, sentence in row.faults:
            errors.setdefault(field or fields[0].id, sentence)
        return tuple(
            replace(empty, value=shown.get(empty.id, ""), error=errors.get(empty.id, ""))
            for empty in self._build_fields(draft, role)
            if empty.id in asked or entered.values.get(empty.id)
        )

    def save_further(self, person: str, values: Mapping[str, str]) -> None:
        draft, _visit, role = self._read_bulk_draft()
        answers = normalize_answers(draft, list_columns(draft, role), values)
        if person:
            _find_person(draft, person)
            changed = FurtherPerson(id=person, values=answers)
            rows = [changed if other.id == person else other for other in draft.content.further]
            self._save(msgspec.structs.replace(draft.content, further=tuple(rows)))
        else:
            self._add_persons(draft, [answers])

    def remove_further(self, persons: Sequence[str]) -> None:
        draft = self._read_unmasked_draft()
        left = tuple(person for person in draft.content.further if person.id not in persons)
        self._save(msgspec.structs.replace(draft.content, further=left))

    def import_further(self, path: str) -> FurtherImport:
        from clerk_app.roles.counter.further_file import read_list  # workbooks: not before the first list

        draft, _visit, role = self._read_bulk_draft()
        fields = list_columns(draft, role)
        found = read_list(Path(path).expanduser(), fields)
        if found.mistakes:
            return FurtherImport(0, found.mistakes)
        self._add_persons(draft, [normalize_answers(draft, fields, answers) for answers in found.rows])
        return FurtherImport(len(found.rows))

    def write_further_form(self, path: str) -> str:
        from clerk_app.roles.counter.further_file import write_form

        draft, _visit, role = self._read_bulk_draft()
        write_form(Path(path).expanduser(), list_columns(draft, role))
        return _("Written to {path}: a row for each person, then read it here.").format(path=path)

    def accept_further(self) -> CounterView:
        require_plausible_clock(self._office)
        draft, visit, role = self._read_bulk_draft()
        with self._office.store.read() as tx:
            found = read_persons(self._office, tx, draft, visit)
        faulty = [(number, row) for number, row in enumerate(found, 1) if row.faults]
        if faulty:
            number, row = faulty[0]
            raise Refused(
                "faults",
                "Nothing was accepted. Person {number}, {name}: {first}",
                number=number,
                name=row.name,
                first=row.faults[0][1],
            )
        accepted, failed, silent = 0, [], False
        for number, row in enumerate(found, 1):
            try:
                silent = self._accept_person(row, visit, ask_center=not silent)
                accepted += 1
                self._ensure_numbers()
            except ClerkError as error:
                failed.append(f"{number} {row.name}: {error}")
        self._state.acted = self._state.acted or accepted > 0
        if not failed:
            try:
                self._accept_first()
                accepted += 1
            except ClerkError as error:
                failed.append(f"{self._read_draft().parties[role.id].name}: {error}")
        self._ensure_numbers()
        sentences = [self._count_accepted(accepted)]
        if failed:
            left = plural_form(len(failed), _("{count} stays on the list."), _("{count} stay on the list."))
            sentences += [_("Not accepted: {first}").format(first=failed[0]), left.format(count=len(failed))]
        if silent:
            sentences.append(_("The center did not answer: cases at other windows were not searched. It may object."))
        sentences += self._print_list(visit)
        return replace(self.read_view(), message=" ".join(sentences), is_refusal=bool(failed))

    def print_receipt_list(self) -> CounterView:
        self._state.receipt = print_list(self._office, self._printer, self._staff, self._current_visit())
        return self.read_view()

    def _accept_person(self, row: PersonState, visit: Row, *, ask_center: bool) -> bool:
        """Accept one person; return whether the center did not answer the search for other cases."""
        silent = not ask_center
        if ask_center:
            search = search_duplicates(self._office, row.state, self._staff_id)
            silent = search.center_silent
            if search.cases:
                cases = format_list(case.id for case in search.cases)
                raise Refused(
                    "duplicate", "Under way already: {cases}. Accept it alone (F9), with a reason.", cases=cases
                )
        command = build_acceptance(self._office, row.state, visit, person=row.person.id)
        with giving_files(self._office, command.materials):
            self._door.perform(command, self._staff_id)
        return silent

    def _accept_first(self) -> None:
        """Accept the person of the form, when nobody is on the list any more."""
        draft, visit = self._read_draft(), self._current_visit()
        command = build_acceptance(self._office, draft, visit)
        with giving_files(self._office, command.materials):
            self._door.perform(command, self._staff_id)
        self._state.draft = ""

    def _print_list(self, visit: Row) -> list[str]:
        """Print the list of receipts if there are several; return why it was not printed."""
        try:
            self._state.receipt = print_list(self._office, self._printer, self._staff, visit)
        except Refused:  # one case: its receipt is printed alone
            return []
        except OutOfReach as error:
            return [str(error), _("F8 77 prints the list later.")]
        return []

    def _count_accepted(self, count: int) -> str:
        sentence = plural_form(count, _("{count} case was accepted."), _("{count} cases were accepted."))
        return sentence.format(count=count)

    def _add_persons(self, draft: DraftState, added: Sequence[Mapping[str, str]]) -> None:
        listed = draft.content.further
        if len(listed) + len(added) > MOST_PERSONS:
            raise BadData("A list has at most {limit} persons.", limit=MOST_PERSONS)
        last = max((int(person.id) for person in listed), default=0)
        rows = [FurtherPerson(id=str(number), values=dict(answers)) for number, answers in enumerate(added, last + 1)]
        self._save(msgspec.structs.replace(draft.content, further=(*listed, *rows)))

    def _read_bulk_draft(self) -> tuple[DraftState, Row, PartyRole]:
        """Return draft, visit and role of the persons. Raise Refused unless it is complete and may be in bulk."""
        draft, visit = self._read_unmasked_draft(), self._current_visit()
        role = find_person_role(draft.plan)
        if draft.content.received or draft.content.application is not None:
            raise Refused("received", "This application came from outside, or was received before: accept it alone.")
        require_complete(self._office, draft, visit)
        return draft, visit, role

    def _build_fields(self, draft: DraftState, role: PartyRole) -> tuple[FieldRow, ...]:
        fields = list_columns(draft, role)
        return tuple(_build_empty_row(field, number) for number, field in enumerate(fields, 1))


def _build_empty_row(field: Field, number: int) -> FieldRow:
    return FieldRow(
        id=field.id,
        number=number,
        label=localize(field.name),
        value="",
        kind=field.kind,
        options=list_answer_options(field),
        required=field.required,
        source="",
        warning="",
        error="",
        needed_for="",
    )


def _find_person(draft: DraftState, person: str) -> FurtherPerson:
    found = next((other for other in draft.content.further if other.id == person), None)
    if found is None:
        raise Refused("no_person", "This person is not on the list any more: accepted, or removed from it.")
    return found


def _describe_faults(row: PersonState, labels: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        format_list((labels[field], sentence), ":") if field in labels and labels[field] not in sentence else sentence
        for field, sentence in row.faults
    )
