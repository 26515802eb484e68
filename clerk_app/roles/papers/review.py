"""The pre-review of a paper: its reading compared with the form, the parties, the licences used and the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from clerk_app.cases.field_differences import FieldDifference
from clerk_app.cases.overruled_findings import OverruledFinding
from clerk_app.cases.paper_facts import FACT_NAMES, FactName
from clerk_app.cases.paper_readings import (
    PaperReading,
    ReadValue,
    format_paper_source,
    is_same_paper,
    list_field_values,
)
from clerk_app.locales import _, format_list
from clerk_app.pre_review.comparison import (
    ExpectedPaper,
    Finding,
    FindingCode,
    KnownValue,
    Meaning,
    OtherPaper,
    ReadFact,
    ReadPaper,
    compare,
    meaning_of,
)
from clerk_app.pre_review.kinds import PaperKind, kind_of_material
from clerk_app.roles.formatting import ORGANISATION, localize
from clerk_app.roles.papers.overruled import describe_finding_reason
from clerk_app.roles.papers.reading import FILE_FAILURE, can_read_papers
from clerk_app.roles.papers.review_words import describe_finding, describe_known, level_of, name_finding
from clerk_app.views.paper_review import PaperReview, ReviewFinding, ReviewValue
from clerk_app.views.shared import Level
from scanners.text.client import EXTRA_MEGABYTES, INSTALL_COMMAND

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition
    from clerk_app.catalogue.plan import Plan

_DIFFERENCES = (FindingCode.OTHER_NAME, FindingCode.OTHER_NUMBER, FindingCode.DIFFERS)


@dataclass(frozen=True)
class ReviewSubject:
    """What papers are compared with: a draft, or a case.

    `known` has values by source as in `Field.prefill`; `sources` the origin of each value of the form. `overruled` are
    the findings set aside with a reason, by material; `promised` is the day by which the case is to be decided.
    """

    catalogue: Catalogue
    plan: Plan
    values: Mapping[str, str]
    known: Mapping[str, str]
    readings: Mapping[str, PaperReading]
    kinds: Sequence[PaperKind]
    today: date
    sources: Mapping[str, str] = field(default_factory=dict)
    differences: Sequence[FieldDifference] = ()
    overruled: Mapping[str, Sequence[OverruledFinding]] = field(default_factory=dict)
    promised: date | None = None

    @cached_property
    def fields_by_value(self) -> dict[tuple[str, str], list[Field]]:
        """The fields of the form to which a value belongs, by material and id of the value."""
        found: dict[tuple[str, str], list[Field]] = {}
        for planned in self.plan.fields:
            for material, value in list_field_values(self.plan, planned.field, self.readings):
                found.setdefault((material, value.id), []).append(planned.field)
        return found

    def kind(self, name: str) -> PaperKind | None:
        """Return a kind of paper by its id; None if the data has none."""
        return next((kind for kind in self.kinds if kind.id == name), None)

    def expected_kind(self, material: str) -> PaperKind | None:
        """Return the kind of paper that a material is; None if it is none of the known ones."""
        return kind_of_material(self.kinds, material, self.catalogue.material(material).licence_type)

    def find_findings(self, material: str) -> tuple[Finding, ...]:
        """Return the findings on a paper that was read and that were not set aside, the most important first."""
        reading = self.readings[material]
        expected = self.expected_kind(material)
        expectation = ExpectedPaper(
            kinds=frozenset({expected.id} if expected is not None else ()),
            known={value.id: self.list_known(material, value) for value in reading.values},
            promised=self.promised,
        )
        others = [
            OtherPaper(name, other.kind, self._as_paper(other).numbers)
            for name, other in self.readings.items()
            if name != material
        ]
        return compare(self._as_paper(reading), expectation, self.today, others)

    def list_own_findings(self, material: str) -> list[Finding]:
        """Return the findings of a paper that are not those of a field of the form: each has a row of its own."""
        if self.readings[material].failure:
            return []
        with_field = {name for paper, name in self.fields_by_value if paper == material}
        return [
            finding
            for finding in self.find_findings(material)
            if finding.code != FindingCode.UNSURE and not (finding.code in _DIFFERENCES and finding.fact in with_field)
        ]

    def find_reason(self, material: str, finding: Finding) -> OverruledFinding | None:
        """Return the reason with which a finding was set aside; None without one."""
        return next((given for given in self.overruled.get(material, ()) if given.finding == finding.id), None)

    def is_set_aside(self, material: str, finding: Finding) -> bool:
        """Return whether the clerk has set a finding aside, with a reason if it needs one."""
        if finding.needs_reason:
            return self.find_reason(material, finding) is not None
        return finding.id in self.readings[material].ignored

    def find_unexplained(self, material: str) -> list[Finding]:
        """Return the findings of a paper that need a reason and have none."""
        return [
            finding
            for finding in self.list_own_findings(material)
            if finding.needs_reason and self.find_reason(material, finding) is None
        ]

    def list_known(self, material: str, value: ReadValue) -> tuple[KnownValue, ...]:
        """Return what parties, licences and the form state of a value; not what the paper itself has filled in.

        A name or number of the holder is compared with the party also if the form has no field for it.
        """
        found: list[KnownValue] = []
        own = format_paper_source(material, value)
        for form_field in self.fields_by_value.get((material, value.id), ()):
            for source in form_field.prefill:
                found += self._list_stated(source)
            typed = self.values.get(form_field.id, "")
            if typed and not is_same_paper(self.sources.get(form_field.id, "typed"), own):
                found.append(KnownValue("form", form_field.id, typed))
        holder = self._find_holder(material)
        if holder and value.fact:
            found += self._list_stated(f"party:{holder}.{value.fact}")
        return tuple(dict.fromkeys(found))

    def _find_holder(self, material: str) -> str:
        """Return the role of whom a paper is; empty if a person's paper is handed in for an organisation, or back."""
        role_id = self.catalogue.material(material).holder or self.plan.one_thing.applicant_role().id
        kind = next((role.kind for role in self.plan.one_thing.parties if role.id == role_id), "")
        facts = {value.fact for value in self.readings[material].values}
        other = facts & {"id_number", "birth_date", "sex"} if kind == ORGANISATION else facts & {"credit_code"}
        return role_id if kind and not other else ""

    def _list_stated(self, source: str) -> list[KnownValue]:
        """Return what a party or licence states; nothing if it states nothing."""
        if not self.known.get(source):
            return []
        kind, _colon, rest = source.partition(":")
        return [KnownValue("party" if kind == "party" else "licence", rest.partition(".")[0], self.known[source])]

    def _as_paper(self, reading: PaperReading) -> ReadPaper:
        kind = self.kind(reading.kind)
        meanings = {field.id: meaning_of(field) for field in kind.fields} if kind is not None else {}
        facts = tuple(
            ReadFact(value.id, value.value, value.is_sure, meanings.get(value.id, Meaning.TEXT))
            for value in reading.values
        )
        return ReadPaper(reading.kind if kind is not None else "", reading.is_readable, facts)


def summarize_paper(subject: ReviewSubject, material: str) -> tuple[Level, str, str]:
    """Return level and headline of what is most important about a paper that was read, and its short name.

    The short name is empty for a paper that agrees with everything.
    """
    reading = subject.readings[material]
    if reading.failure:
        return "warn", _describe_failure(reading), _("not read")
    found = [
        finding
        for finding in subject.find_findings(material)
        if not subject.is_set_aside(material, finding) and not _is_explained(subject, material, finding)
    ]
    first = next((finding for finding in found if finding.is_sure), None)
    if first is not None:
        return level_of(first), _describe(subject, material, first), name_finding(first)
    return "good", _name_readable(subject, reading), ""


def build_unread_review(catalogue: Catalogue, material: str) -> PaperReview:
    """Build the review of a paper that is being read, or of any while reading is not installed on this machine."""
    name = localize(catalogue.material(material).name)
    if can_read_papers():
        return PaperReview(material, name, "waiting", "plain", _("It is being read; this takes some seconds a page."))
    sentence = _("Papers are not read on this machine. An optional package of {size} MB reads them: {command}")
    text = sentence.format(size=EXTRA_MEGABYTES, command=INSTALL_COMMAND)
    return PaperReview(material, name, "off", "plain", text, can_act=False)


def find_paper_facts(
    kinds: Sequence[PaperKind], definition: MaterialDefinition, reading: PaperReading
) -> dict[FactName, str]:
    """Return issuer and validity of a paper from its sure values; nothing for another kind of paper than expected."""
    expected = kind_of_material(kinds, definition.id, definition.licence_type)
    if expected is None or reading.kind != expected.id:
        return {}
    sure = {value.id: value.value for value in reading.values if value.is_sure}
    meanings = {meaning_of(field): sure[field.id] for field in expected.fields if field.id in sure}
    names: tuple[FactName, ...] = FACT_NAMES
    return {name: meanings[Meaning(name)] for name in names if Meaning(name) in meanings}


def build_paper_review(subject: ReviewSubject, material: str, *, can_act: bool) -> PaperReview:
    """Build the review of a paper that was read."""
    reading = subject.readings[material]
    level, headline, _short = summarize_paper(subject, material)
    found = subject.find_findings(material) if not reading.failure else ()
    return PaperReview(
        material=material,
        name=localize(subject.catalogue.material(material).name),
        state="failed" if reading.failure else "done",
        level=level,
        headline=headline,
        findings=tuple(_build_finding(subject, material, found) for found in subject.list_own_findings(material)),
        values=tuple(_build_value(subject, material, value, found) for value in reading.values),
        can_read=can_read_papers(),
        can_act=can_act,
    )


def _build_finding(subject: ReviewSubject, material: str, finding: Finding) -> ReviewFinding:
    given = subject.find_reason(material, finding)
    return ReviewFinding(
        id=finding.id,
        level=level_of(finding),
        sentence=_describe(subject, material, finding),
        is_ignored=subject.is_set_aside(material, finding),
        needs_reason=finding.needs_reason,
        reason=describe_finding_reason(given.code, given.reason) if given is not None else "",
        value=finding.fact,
    )


def _build_value(subject: ReviewSubject, material: str, value: ReadValue, findings: Sequence[Finding]) -> ReviewValue:
    fields = subject.fields_by_value.get((material, value.id), ())
    known = subject.list_known(material, value)
    own = next((finding for finding in findings if finding.fact == value.id), None)
    differing = own is not None and own.code in _DIFFERENCES
    source = format_paper_source(material, value)
    given = [difference for difference in subject.differences if difference.source == source]
    target = fields[0] if fields else None
    form = subject.values.get(target.id, "") if target is not None else ""
    return ReviewValue(
        id=value.id,
        label=_label(subject, material, value.id),
        value=value.value,
        state=_name_state(value, own),
        level=level_of(own) if own is not None else "good",
        is_sure=value.is_sure,
        page=value.page,
        known=describe_known(known, lambda source: _name_known(subject, source)),
        field=target.id if target is not None else "",
        can_take=target is not None and bool(value.value) and (not form or differing),
        needs_reason=any(
            not difference.reason and subject.catalogue.field(difference.field).on_difference != "note"
            for difference in given
        ),
        reason=next((difference.reason for difference in given if difference.reason), ""),
    )


def _name_state(value: ReadValue, finding: Finding | None) -> str:
    sure = _("sure") if value.is_sure else _("unsure, {percent} %").format(percent=value.certainty // 10)
    name = name_finding(finding) if finding is not None else ""
    return name if value.is_sure and name else format_list(filter(None, (sure, name)))


def _is_explained(subject: ReviewSubject, material: str, finding: Finding) -> bool:
    """Return whether the clerk has written down why the form differs from a value."""
    value = next((value for value in subject.readings[material].values if value.id == finding.fact), None)
    if finding.code not in _DIFFERENCES or value is None:
        return False
    source = format_paper_source(material, value)
    given = [difference for difference in subject.differences if difference.source == source]
    return bool(given) and all(difference.reason for difference in given)


def _describe(subject: ReviewSubject, material: str, finding: Finding) -> str:
    expected = subject.expected_kind(material)

    def name_kind(name: str) -> str:
        kind = subject.kind(name)
        return localize(kind.name) if kind is not None else name

    return describe_finding(
        finding,
        label=lambda name: _label(subject, material, name),
        name_kind=name_kind,
        name_known=lambda known: _name_known(subject, known),
        name_paper=lambda name: localize(subject.catalogue.material(name).name),
        expected=localize(expected.name) if expected is not None else "",
        promised=subject.promised,
    )


def _label(subject: ReviewSubject, material: str, name: str) -> str:
    """Return the name of a value of a paper, by its kind."""
    kind = subject.kind(subject.readings[material].kind)
    names = {field.id: localize(field.name) for field in kind.fields} if kind is not None else {}
    return names.get(name, name)


def _name_known(subject: ReviewSubject, known: KnownValue) -> str:
    if known.origin == "licence":
        return localize(subject.catalogue.material(known.id).name)
    if known.origin == "party":
        return localize(next(role.name for role in subject.plan.one_thing.parties if role.id == known.id))
    return _("the form")


def _name_readable(subject: ReviewSubject, reading: PaperReading) -> str:
    kind = subject.kind(reading.kind)
    if kind is None:
        return _("readable; it is none of the kinds of papers that are recognised")
    return _("{kind}, readable").format(kind=localize(kind.name))


def _describe_failure(reading: PaperReading) -> str:
    if reading.failure == FILE_FAILURE:
        return _("The file of this paper cannot be opened: look at it, or take it in once more.")
    return _("This paper could not be read. Read it again, or type what is needed.")
