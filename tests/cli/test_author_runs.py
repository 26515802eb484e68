"""What an author writes or imports is accepted, decided and handed over at a counter, without a change of code."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from tests.cases.one_thing_runs import OneThingRun, accept_run, finish_run
from tests.catalogue.good_folder import raise_version
from tests.catalogue.workbooks import PLAIN_HEADINGS, plain_row, save_list
from tests.cli.conftest import Clerk
from tests.cli.test_catalogue import city as city
from tests.office import SampleOffice, find_faults
from tests.sample_data import pin_hash

_DEPARTMENTS = Path(__file__).parents[1] / "catalogue" / "data"
_FOOD = "restaurant-licence restaurant-food"
_OWN = """\
one_things:
  - id: senior-card
    name: {zh: 办理老年卡, en: Senior card}
    initials: bllnk
    sample: true
    lead: civil-card
    handling: joint
    parties: [{id: applicant, name: {zh: 申请人, en: Applicant}, applicant: true}]
    matters: [senior-check, senior-issue, senior-bus]
    promised_days: 4
    before: {steps: 6, days: 12, papers: 5, visits: 3}
organs:
  - {id: civil-card, name: {zh: 老年办, en: Office for seniors}, level: district, sample: true}
materials:
  - {id: senior-photo, name: {zh: 老年卡照片, en: Photo}, form: original, origin: applicant, sample: true}
fields:
  - {id: senior_phone, name: {zh: 老年卡联系电话, en: Phone of the senior}, kind: phone, sample: true}
  - {id: senior_alone, name: {zh: 是否独居, en: Lives alone}, kind: yes_no, sample: true}
matters:
"""
_MATTER = """\
  - id: {id}
    name: {{zh: {zh}, en: {zh}}}
    sample: true
    organ: civil-card
    kind: benefit
    materials: [senior-photo]
    fields: [senior_phone]
    statutory_days: 9
    promised_days: {days}
"""


def test_an_own_one_thing_goes_from_a_file_to_the_hands_of_the_citizen(
    clerk: Clerk, office: SampleOffice, city: Path
) -> None:
    matters = [
        _MATTER.format(id="senior-check", zh="资格核查", days=1),
        _MATTER.format(id="senior-issue", zh="制发老年卡", days=3) + "    after: [{matter: senior-check}]\n",
        _MATTER.format(id="senior-bus", zh="免费乘车", days=2)
        + "    applies: {when: {field: senior_alone, is: yes}, reason: {zh: 与家人同住, en: With family}}\n",
    ]
    (city / "one_things" / "senior-card.yaml").write_text(_OWN + "".join(matters), "utf-8")
    raise_version(city)
    published = clerk("--office", office.office.folder, "catalogue", "publish", city)
    assert (published.code, published.err) == (0, "")
    officer = RegisterStaff(
        id="civil-card-1", number="6001", name="陈", role="officer", pin_hash=pin_hash(), organ="civil-card"
    )
    office.door.perform(officer, SYSTEM)
    for answer, count in (("yes", 3), ("no", 2)):
        plan, number = accept_run(office, OneThingRun("senior-card", {"senior_alone": answer}))
        assert len(plan.active_matters) == count
        finish_run(office, number)
        assert office.case(number)["state"] in ("delivered", "archived")


def test_the_preview_follows_the_rules_of_the_form_and_names_each_circumstance(clerk: Clerk, city: Path) -> None:
    copy(_DEPARTMENTS / "open-restaurant.yaml", city / "one_things")
    answers = ("shop_area=80", "kitchen_area=20", "sells_raw_food=no")
    options = [option for answer in answers for option in ("--answer", answer)]
    text = " ".join(clerk("--language", "en", "catalogue", "preview", city, "open-restaurant", *options).out.split())
    for part in (
        "Permit to sell meals: Market regulation, 3 working days",
        "[food_risk] (choice: a Low, b Ordinary, c High) = a",
        "Circumstance: High risk (69019900110001020), 10 working days; only if Class of food risk: High",
        "Circumstance: By commitment, on the spot, by commitment; only if Area in square metres ≤ 300",
        "Fee line: Test of raw food: 120 yuan; only if Sells raw food: yes",
        "A signed commitment may take its place",
        "For Agent, if there is one",
        "Promised, in working days 9 At most, in working days 12",
    ):
        assert part in text


@pytest.mark.wide
@pytest.mark.parametrize(
    ("run", "path", "days"),
    [
        (OneThingRun("open-restaurant", {"shop_area": "400", "kitchen_area": "60", "food_risk": "b"}), _FOOD, 9),
        (OneThingRun("open-restaurant", {"shop_area": "900", "kitchen_area": "90", "food_risk": "c"}), _FOOD, 11),
        (OneThingRun("used-car", {"sold_on": "2026-05-05"}), "car-inspection car-transfer", 3),
    ],
    ids=["ordinary", "large", "used-car"],
)
def test_one_things_of_departments_go_from_their_files_to_the_hands_of_the_citizen(
    clerk: Clerk, office: SampleOffice, city: Path, run: OneThingRun, path: str, days: int
) -> None:
    for file in _DEPARTMENTS.glob("*.yaml"):
        copy(file, city / "one_things")
    raise_version(city)
    published = clerk("--office", office.office.folder, "catalogue", "publish", city)
    assert (published.code, published.err) == (0, "")
    for number, organ in (("6001", "fire"), ("6002", "urban-management")):
        officer = RegisterStaff(
            id=f"{organ}-1", number=number, name="陈", role="officer", pin_hash=pin_hash(), organ=organ
        )
        office.door.perform(officer, SYSTEM)
    plan, number = accept_run(office, run)
    assert (" ".join(plan.critical_path), plan.promised_days) == (path, days)
    finish_run(office, number)
    assert office.case(number)["state"] in ("delivered", "archived")
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_an_imported_matter_and_its_handling_items_are_accepted(
    clerk: Clerk, office: SampleOffice, city: Path, tmp_path: Path
) -> None:
    headings = [*PLAIN_HEADINGS, "业务办理项"]
    rows = [[*plain_row(), "新办"], [*plain_row(承诺办结时限="即办", 申请材料="卫生检测报告"), "变更"]]
    path = save_list(tmp_path, [headings, *rows])
    assert clerk("catalogue", "import", path, city).code == 0
    raise_version(city)
    published = clerk("--office", office.office.folder, "catalogue", "publish", city)
    assert (published.code, published.err) == (0, "")
    matter = "gong-gong-chang-suo-wei-sheng-xu-ke"
    for item, days, papers in (("item-1", 5, 2), ("item-2", 0, 1)):
        plan, number = accept_run(office, OneThingRun(f"matter.{matter}", {f"{matter}-item": item}))
        assert (plan.promised_days, len(plan.materials)) == (days, papers)
        finish_run(office, number)
        assert office.case(number)["state"] in ("delivered", "archived")
