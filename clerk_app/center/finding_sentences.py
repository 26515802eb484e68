"""Sentences for portals in both languages: what an application lacks, and why it was answered so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from clerk_app.cases.applications.precheck import DUPLICATE, SHARED, Finding
from clerk_app.catalogue.terms import join_names
from clerk_app.center.application_messages import BilingualText, FindingPart
from clerk_app.locales import localize_name, mark, translate_to

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Text
    from clerk_app.catalogue.model import Catalogue

_SENTENCES = {
    "field": mark("Not filled in: {name}"),
    "wrong": mark("Not right: {name}"),
    "rule": mark("It does not agree with another answer: {name}"),
    "material": mark("Missing: {name}"),
    "expired": mark("Expired: {name}"),
    SHARED: mark("Missing: {name}. The city may hold it: it is looked up at the window, with your consent."),
    "exclusion": mark("These matters cannot be applied for together: {name}"),
    "matters": mark("None of the matters applies: {name}"),
    DUPLICATE: mark("Another application of the applicant is under way: {name}"),
}


def describe_both(sentence: str, facts: Mapping[str, str] | None = None) -> BilingualText:
    """Return a sentence with its facts in both languages; facts are message ids, bilingual names or other texts."""
    found: dict[str, str] = {}
    for key, language in (("zh", "zh_CN"), ("en", "en")):
        translated = {
            name: localize_name(translate_to(language, fact), language) for name, fact in (facts or {}).items()
        }
        found[key] = translate_to(language, sentence).format(**translated)
    return BilingualText(**found)


def describe_finding(catalogue: Catalogue, finding: Finding) -> FindingPart:
    """Return a finding with its sentence. The sentence of a wrong value has the reason."""
    part = describe_stored_finding(catalogue, finding.key)
    gap = finding.gap
    if gap is None or (gap.error is None and gap.reason is None):
        return part
    if gap.error is None:
        assert gap.reason is not None, "one of them is set"
        return FindingPart(kind=part.kind, id=part.id, sentence=_both(gap.reason))
    why = describe_both(gap.error.sentence, gap.error.text_facts)
    sentence = BilingualText(zh=f"{part.sentence.zh}。{why.zh}", en=f"{part.sentence.en}. {why.en}")
    return FindingPart(kind=part.kind, id=part.id, sentence=sentence)


def describe_stored_finding(catalogue: Catalogue, key: str) -> FindingPart:
    """Return a finding that is stored as kind:id, with its sentence."""
    kind, _colon, name = key.partition(":")
    text = _find_name(catalogue, name)
    facts = {"name": join_names([text]) if text is not None else name}
    return FindingPart(kind=kind, id=name, sentence=describe_both(_SENTENCES.get(kind, "{name}"), facts))


def describe_reasons(catalogue: Catalogue, codes: Iterable[str], text: str) -> tuple[BilingualText, ...]:
    """Return the reasons of an answer: stock reasons in both languages, own words as they were written."""
    stock = {reason.id: reason.text for reason in catalogue.stock_reasons}
    found = [_both(stock[code]) for code in codes if code in stock]
    return (*found, *(BilingualText(zh=line, en=line) for line in text.splitlines() if line.strip()))


def _both(text: Text) -> BilingualText:
    return BilingualText(zh=text.zh, en=text.en)


def _find_name(catalogue: Catalogue, name: str) -> Text | None:
    """Return the name of a field, material, matter or one thing."""
    for things in (catalogue.fields, catalogue.materials, catalogue.matters, catalogue.one_things):
        for thing in things:
            if thing.id == name:
                return thing.name
    return None
