"""Tables of one record of the registry for the administrator: its values, licences, relations, sources, history."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_rules
from clerk_app.locales import _, format_list, translate
from clerk_app.registry.answers import CorrectionFacts, LicenceFacts, RecordFacts, RelationFacts
from clerk_app.registry.columns import CLAIM
from clerk_app.registry.correctable import CHOICES, FIELD_NAMES
from clerk_app.registry.corrections import APPROVED, OVERTAKEN, REQUESTED
from clerk_app.registry.history import RecordChange
from clerk_app.registry.rows import ORGANISATION, PERSON
from clerk_app.roles.admin.registry_tables import (
    describe_correction,
    describe_correction_state,
    name_corrected_field,
)
from clerk_app.roles.registry_words import (
    name_licence_state,
    name_licence_type,
    name_record_kind,
    name_registry_field,
    name_relation,
    name_value,
)
from clerk_app.text.identity_documents import DOCUMENT_KINDS
from clerk_app.views.registry import RecordActId, RecordView, RegistryRow, RegistryTable
from clerk_app.views.shared import LabelledValue, Level, Option

_UNLIMITED = "-"
_NUMBER_CELLS = 20


def _shorten(number: str) -> str:
    """Return the end of a long number, such as one of GB/T 36904, for a column."""
    return number if len(number) <= _NUMBER_CELLS else f"~{number[1 - _NUMBER_CELLS :]}"


def _list_choices(field: str) -> tuple[Option, ...]:
    """Return the values of a field for which one of a few is chosen; none for another field."""
    name = field.rpartition("|")[2]
    return tuple(
        Option(value, name_value(name, value), key=str(number)) for number, value in enumerate(CHOICES.get(name, ()), 1)
    )


def is_open(correction: CorrectionFacts) -> bool:
    """Return whether somebody has to do something about a correction."""
    is_contradicted = correction.state == APPROVED and bool(correction.conflict)
    return correction.state in (REQUESTED, OVERTAKEN) or is_contradicted


class RecordBuilder:
    """Builds the view of one record."""

    def __init__(self, office: Office, record: RecordFacts) -> None:
        self._office, self._record = office, record
        self._catalogue = office.catalogue_frame()

    def build(self, purpose: str, correction: str = "") -> RecordView:
        """Return the view of a record that was opened for a purpose, or in order to decide a correction."""
        record = self._record
        chosen = next((each for each in record.corrections if each.id == correction), None)
        facts = describe_correction(self._office, chosen) if chosen is not None else ()
        return RecordView(
            subject=record.subject,
            purpose=purpose,
            title=f"{name_record_kind(record.kind)}  {record.values['name']}",
            in_full=record.in_full,
            tables=tuple(self._tables()),
            acts=tuple(self._list_acts(chosen)),
            fields=tuple(self._list_fields()),
            correction=correction,
            question=tuple(LabelledValue(label, value) for label, value in facts),
            choices={option.id: choices for option in self._list_fields() if (choices := _list_choices(option.id))},
        )

    def _list_acts(self, correction: CorrectionFacts | None) -> Iterator[RecordActId]:
        if not self._record.in_full:
            yield "unmask"
        yield "correct"
        if correction is not None and correction.waits_for_reader:
            yield "approve"
        if correction is not None and is_open(correction):
            yield "end"

    def _tables(self) -> Iterator[RegistryTable]:
        yield self._data()
        record = self._record
        nothing = _("The registry has none.")
        yield RegistryTable(
            "licences",
            _("Licences"),
            (_("Type"), _("Number"), _("Valid until"), _("State"), _("Issuer")),
            tuple(self._licence_row(each) for each in record.licences),
            nothing,
        )
        yield RegistryTable(
            "relations",
            _("Relations"),
            (_("Relation"), _("Name"), _("Number"), _("Valid from"), _("Valid until")),
            tuple(self._relation_row(each) for each in record.relations),
            nothing,
        )
        yield RegistryTable(
            "sources",
            _("Sources"),
            (_("Source"), _("Record"), _("Identifier"), _("Changed on"), ""),
            tuple(self._source_rows()),
            _("No source has sent this record: it was registered here."),
        )
        yield RegistryTable(
            "history",
            _("History"),
            (_("Time"), _("What"), _("Record"), _("By"), _("Changed values")),
            tuple(self._history_row(number, each) for number, each in enumerate(record.history)),
            nothing,
        )
        rows = tuple(self._correction_rows())
        columns = (_("Asked"), _("Record"), _("Value"), _("Asked by"), _("State"))
        level: Level = "warn" if any(row.level == "warn" for row in rows) else "plain"
        yield RegistryTable("corrections", _("Corrections"), columns, rows, nothing, level)

    def _data(self) -> RegistryTable:
        values = dict(self._record.values)
        if "id_kind" in values:
            values["id_kind"] = translate(DOCUMENT_KINDS.get(values["id_kind"], values["id_kind"]))
        own = [each for each in self._record.corrections if each.subject == self._record.subject]
        corrected = {each.field: each for each in reversed(own)}
        rows = []
        for field, value in values.items():
            found = corrected.get(field)
            state = describe_correction_state(found) if found is not None else ""
            level: Level = "warn" if found is not None and found.conflict else "plain"
            name = translate(FIELD_NAMES[field])
            facts = [(name, value or "-"), *(describe_correction(self._office, found) if found is not None else ())]
            labelled = tuple(LabelledValue(*fact) for fact in facts)
            rows.append(RegistryRow(field, (name, value or "-", state, "", ""), level, labelled))
        return RegistryTable("data", _("Data"), (_("Value"), "", _("Correction"), "", ""), tuple(rows), "")

    def _licence_row(self, licence: LicenceFacts) -> RegistryRow:
        name = name_licence_type(self._catalogue, licence.kind)
        state = name_licence_state(licence.state)
        facts = [
            (_("Type"), f"{licence.kind}  {name}"),
            (_("Number"), licence.number),
            (_("Issuer"), licence.issuer),
            (_("Valid from"), licence.valid_from),
            (_("Valid until"), licence.valid_to or _("unlimited")),
            (_("State"), state),
            (_("Stored"), self._time(licence.updated_at)),
        ]
        facts += [
            (name_registry_field(self._catalogue, CLAIM + claim, licence.kind), value)
            for claim, value in licence.claims.items()
        ]
        cells = (name, _shorten(licence.number), licence.valid_to or _UNLIMITED, state, licence.issuer)
        level: Level = "plain" if licence.state == "valid" else "warn"
        return RegistryRow(licence.id, cells, level, tuple(LabelledValue(*fact) for fact in facts))

    def _relation_row(self, relation: RelationFacts) -> RegistryRow:
        name = name_relation(relation.relation)
        words = name if relation.is_subject else _("this one is their {relation}").format(relation=name)
        until = relation.valid_to or _UNLIMITED
        facts = (LabelledValue(_("Opens"), _("with Enter; this is recorded, and the person can read it")),)
        cells = (words, relation.name, relation.number, relation.valid_from, until)
        return RegistryRow(relation.id, cells, facts=facts, subject=relation.other)

    def _source_rows(self) -> Iterator[RegistryRow]:
        for number, each in enumerate(self._record.sources):
            cells = (each.source, self._name_record(each.kind, each.record), each.identifier, each.changed_on, "")
            facts = zip((_("Source"), _("Record"), _("Identifier"), _("Changed on")), cells, strict=False)
            yield RegistryRow(str(number), cells, facts=tuple(LabelledValue(*fact) for fact in facts))

    def _history_row(self, number: int, change: RecordChange) -> RegistryRow:
        fields = format_list(self._name_fields(change)) or (_("new") if change.is_new else "-")
        what = _("batch of {source}").format(source=change.source) if change.source else self._name_act(change.act)
        record = self._name_record(change.kind, change.record)
        by = change.machine if change.actor in ("system", "schedule") else change.actor
        facts = [
            (_("Time"), self._time(change.at)),
            (_("What"), what),
            (_("Record"), record),
            (_("Changed values"), fields),
            (_("By"), change.actor),
            (_("Machine"), change.machine),
        ]
        if change.erased:
            facts.append((_("Values"), _("erased")))
        labelled = tuple(LabelledValue(*fact) for fact in facts)
        return RegistryRow(str(number), (self._time(change.at), what, record, by, fields), facts=labelled)

    def _name_fields(self, change: RecordChange) -> Iterator[str]:
        kind = next((each.kind for each in self._record.licences if each.id == change.record), "")
        yield from (name_registry_field(self._catalogue, field, kind) for field in change.fields)

    def _name_act(self, act: str) -> str:
        rule = all_rules().get(act)
        return translate(rule.label) if rule is not None else act

    def _name_record(self, kind: str, record: str) -> str:
        licence = next((each for each in self._record.licences if each.id == record), None)
        return name_licence_type(self._catalogue, licence.kind) if licence is not None else name_record_kind(kind)

    def _correction_rows(self) -> Iterator[RegistryRow]:
        for each in self._record.corrections:
            cells = (
                self._time(each.asked_at),
                self._name_record(each.kind, each.subject),
                name_corrected_field(self._office, each),
                each.asked_by,
                describe_correction_state(each),
            )
            facts = tuple(LabelledValue(*fact) for fact in describe_correction(self._office, each))
            level: Level = "warn" if is_open(each) else "plain"
            yield RegistryRow(each.id, cells, level, facts, subject=each.owner, correction=each.id)

    def _list_fields(self) -> Iterator[Option]:
        """Yield the fields that can be corrected: kind, id of the record and field, with the present value."""
        number = 0
        kinds = {self._record.subject: self._record.kind}
        kinds |= {each.id: "licence" for each in self._record.licences}
        kinds |= {each.id: "relation" for each in self._record.relations}
        for record, fields in self._record.correctable.items():
            kind = kinds.get(record, PERSON)
            licence = next((each for each in self._record.licences if each.id == record), None)
            place = "" if kind in (PERSON, ORGANISATION) else self._name_record(kind, record)
            for field in fields:
                number += 1
                name = name_registry_field(self._catalogue, field, licence.kind if licence is not None else "")
                words = _("{record}: {field}").format(record=place, field=name) if place else name
                present = name_value(field, self._present(record, field))
                yield Option(f"{kind}|{record}|{field}", words, present, str(number))

    def _present(self, record: str, field: str) -> str:
        """Return the present value of a field, as far as the answer has it."""
        if record == self._record.subject:
            return self._record.values.get(field, "")
        licence = next((each for each in self._record.licences if each.id == record), None)
        if licence is not None and field.startswith(CLAIM):
            return licence.claims.get(field.removeprefix(CLAIM), "")
        relation = next((each for each in self._record.relations if each.id == record), None)
        return str(getattr(licence or relation, field, ""))

    def _time(self, at: int) -> str:
        return self._office.local_time(at).strftime("%Y-%m-%d %H:%M")
