"""A small catalogue folder without mistakes, which tests modify."""

from __future__ import annotations

import re
from pathlib import Path

HEAD = """\
id: small
version: 1
name: {zh: 小, en: Small}
city: {zh: 小, en: Small}
time_zone: Asia/Shanghai
valid_from: 2026-01-01
licence_types:
  - {code: 0101, name: {zh: 证, en: Card}, claims: [{id: name, name: {zh: 名, en: Name}}]}
organs:
  - {id: office, name: {zh: 局, en: Office}, level: city}
calendars:
  - {year: 2026, holidays: [2026-01-01], working_weekends: [2026-01-04]}
"""
THINGS = """\
materials:
  - id: card
    name: {zh: 证, en: Card}
    form: original
    origin: shared
    licence_type: 0101
    holder: applicant
  - id: record
    name: {zh: 单, en: Record}
    form: electronic
    origin: produced
fields:
  - id: sure
    name: {zh: 问, en: Sure}
    kind: yes_no
    party: applicant
  - id: called
    name: {zh: 名, en: Called}
    kind: text
    prefill: [licence:card.name, party:applicant.name]
matters:
  - id: first
    name: {zh: 一, en: First}
    organ: office
    kind: permit
    materials: [card]
    fields: [called]
    statutory_days: 20
    promised_days: 2
    produces: [{name: {zh: 单, en: Record}, material: record}]
  - id: second
    name: {zh: 二, en: Second}
    organ: office
    kind: permit
    materials: [record]
    after: [{matter: first}]
    statutory_days: 20
    promised_days: 3
    applies:
      when: {field: sure, is: yes}
      reason: {zh: 不, en: Not}
one_things:
  - id: bundle
    name: {zh: 包, en: Bundle}
    initials: b
    lead: office
    handling: joint
    parties: [{id: applicant, name: {zh: 人, en: Person}, applicant: true}]
    matters: [first, second]
    promised_days: 5
    before: {steps: 4, days: 9, papers: 3, visits: 2}
"""


def raise_version(catalogue: Path) -> None:
    """Raise the version in the head of a catalogue folder by one."""
    head = catalogue / "catalogue.yaml"
    raised = re.sub(r"(?m)^version: (\d+)", lambda found: f"version: {int(found[1]) + 1}", head.read_text("utf-8"))
    head.write_text(raised, "utf-8")
