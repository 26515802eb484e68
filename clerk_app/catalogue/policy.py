"""Periods, limits and names that a city sets: the optional section `policy` of a catalogue.

`clerk_app.catalogue.publication.read_policy` reads the policy in force. `docs/settings.md` lists all fields.
"""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field
from pydantic.config import JsonDict

from clerk_app.catalogue.acting import ActingRules
from clerk_app.catalogue.base_model import CatalogueModel, SourcedModel, Text
from clerk_app.catalogue.citizen_papers import CitizenPapers
from clerk_app.catalogue.feedback import FeedbackRules
from clerk_app.catalogue.terms import GREEN_LANE, TicketClass

_SAMPLE: JsonDict = {"source": "a sample value"}
Minutes = Annotated[int, Field(ge=0, le=240)]


class HeadStarts(CatalogueModel):
    """Head start of each ticket class: a ticket is ranked as if it had been taken this many minutes earlier.

    Used where the catalogue has no section `hall`, which names the head start of each class.
    """

    ordinary: Minutes = Field(0, description="Head start of an ordinary ticket, in minutes.", json_schema_extra=_SAMPLE)
    appointment: Minutes = Field(
        10, description="Head start of a ticket with an appointment, in minutes.", json_schema_extra=_SAMPLE
    )
    prechecked: Minutes = Field(
        15,
        description="Head start of an applicant whose papers were checked before, in minutes.",
        json_schema_extra=_SAMPLE,
    )
    return_: Minutes = Field(
        15,
        alias="return",
        description="Head start of an applicant who brings missing papers, in minutes.",
        json_schema_extra=_SAMPLE,
    )
    elderly: Minutes = Field(
        20, description="Head start of a ticket of the green lane (绿色通道), in minutes.", json_schema_extra=_SAMPLE
    )

    def of_class(self, ticket_class: str) -> int:
        """Return the head start of a ticket class in minutes. Raises KeyError for an unknown class."""
        if ticket_class not in get_args(TicketClass):
            raise KeyError(ticket_class)
        if ticket_class in GREEN_LANE:  # the section `hall` of the catalogue has them one by one
            return self.elderly
        minutes: int = getattr(self, "return_" if ticket_class == "return" else ticket_class)
        return minutes


class CityPolicy(SourcedModel):
    """Periods and limits that the city sets for its counters and queues, and where its decisions are contested."""

    claim_lease_minutes: Annotated[int, Field(ge=1, le=480)] = Field(
        15,
        description="Time for which an officer holds a task unless the claim is renewed, in minutes.",
        json_schema_extra=_SAMPLE,
    )
    legacy_key_days: Annotated[int, Field(ge=0, le=365)] = Field(
        30,
        description="Days after the upgrade of a center in which machines of the version before may send unsigned"
        " requests.",
        json_schema_extra=_SAMPLE,
    )
    window_lease_minutes: Annotated[int, Field(ge=1, le=480)] = Field(
        15,
        description="Time for which a clerk holds an open window unless the program there renews it, in minutes.",
        json_schema_extra=_SAMPLE,
    )
    name_reservation_days: Annotated[int, Field(ge=1, le=60)] = Field(
        30,
        description="Days for which an enterprise name that was chosen at a counter is reserved; the law allows 60.",
        json_schema_extra=_SAMPLE,
    )
    calls_before_no_show: Annotated[int, Field(ge=1, le=10)] = Field(
        3, description="Calls of a ticket before it may be marked as not here (过号).", json_schema_extra=_SAMPLE
    )
    requeues_after_no_show: Annotated[int, Field(ge=0, le=5)] = Field(
        1,
        description="Times that a ticket marked as not here waits again, at the end of the queue.",
        json_schema_extra=_SAMPLE,
    )
    clerks_pick_tickets: bool = Field(
        False,
        description="Whether a clerk may call a certain waiting ticket before its turn, with a recorded reason.",
        json_schema_extra=_SAMPLE,
    )
    clerks_change_functions: bool = Field(
        False,
        description="Whether a clerk may change which ticket categories the own window serves.",
        json_schema_extra=_SAMPLE,
    )
    head_start_minutes: HeadStarts = Field(
        HeadStarts(),
        description="Minutes by which a ticket of each class ranks as if it was taken earlier.",
        json_schema_extra=_SAMPLE,
    )
    service_day_begins_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        4,
        description="Hour of local time at which a hall's service day ends and the next one begins.",
        json_schema_extra=_SAMPLE,
    )
    wrong_pins_before_lockout: Annotated[int, Field(ge=1, le=20)] = Field(
        5, description="Wrong PINs in a row after which a staff member is locked out.", json_schema_extra=_SAMPLE
    )
    ticket_working_days: Annotated[int, Field(ge=1, le=10)] = Field(
        3,
        description="Working days for which a person who signed in at a machine can sign in there without the center.",
        json_schema_extra=_SAMPLE,
    )
    idle_lock_minutes: Annotated[int, Field(ge=1, le=120)] = Field(
        15, description="Time without a key after which a staff screen locks, in minutes.", json_schema_extra=_SAMPLE
    )
    paper_view_minutes: Annotated[int, Field(ge=1, le=480)] = Field(
        30,
        description="Time for which the picture of a paper stays on the screen after it was opened, in minutes.",
        json_schema_extra=_SAMPLE,
    )
    open_originals: bool = Field(
        False,
        description="Whether staff may open the file of a paper in another program of their machine.",
        json_schema_extra=_SAMPLE,
    )
    original_minutes: Annotated[int, Field(ge=1, le=120)] = Field(
        10,
        description="Time after which the copy of a file that was opened in another program is removed, in minutes.",
        json_schema_extra=_SAMPLE,
    )
    lockout_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        15, description="Time for which a staff member is locked out, in minutes.", json_schema_extra=_SAMPLE
    )
    wrong_factors_before_lockout: Annotated[int, Field(ge=1, le=20)] = Field(
        5,
        description="Wrong second factors of a case in a row after which nobody can ask for it by its number.",
        json_schema_extra=_SAMPLE,
    )
    wrong_factors_of_machine: Annotated[int, Field(ge=1, le=1000)] = Field(
        20,
        description="Wrong second factors of any case after which a machine cannot ask for cases by their number.",
        json_schema_extra=_SAMPLE,
    )
    factor_lockout_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        60,
        description="Time for which wrong second factors and wrong codes of a kiosk count, in minutes.",
        json_schema_extra=_SAMPLE,
    )
    wrong_codes_of_address: Annotated[int, Field(ge=1, le=10_000)] = Field(
        10,
        description="Wrong enrolment codes from one address after which the center accepts no code from it.",
        json_schema_extra=_SAMPLE,
    )
    wrong_codes_altogether: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        300,
        description="Wrong enrolment codes from all addresses after which the center does not say any more whether"
        " a code is wrong. Right codes are accepted.",
        json_schema_extra=_SAMPLE,
    )
    wrong_codes_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        15, description="Time for which wrong enrolment codes count, in minutes.", json_schema_extra=_SAMPLE
    )
    citizen_session_idle_seconds: Annotated[int, Field(ge=30, le=900)] = Field(
        180,
        description="Time without an act after which the center ends the session of a citizen at a kiosk, in seconds.",
        json_schema_extra=_SAMPLE,
    )
    citizen_session_minutes: Annotated[int, Field(ge=1, le=60)] = Field(
        15,
        description="Longest time of the session of a citizen at a kiosk, in minutes.",
        json_schema_extra=_SAMPLE,
    )
    calls_per_minute_of_machine: Annotated[int, Field(ge=30, le=100_000)] = Field(
        300,
        description="Acts in a minute that a machine may ask of the center, which answers them at once.",
        json_schema_extra=_SAMPLE,
    )
    calls_per_minute_of_person: Annotated[int, Field(ge=30, le=100_000)] = Field(
        180, description="The same for each person at a machine.", json_schema_extra=_SAMPLE
    )
    entries_per_minute_of_machine: Annotated[int, Field(ge=600, le=1_000_000)] = Field(
        12_000,
        description="Entries in a minute that the center takes from a machine; those of ten minutes may arrive at once."
        " More arrive later.",
        json_schema_extra=_SAMPLE,
    )
    sign_ins_per_minute_of_machine: Annotated[int, Field(ge=3, le=1000)] = Field(
        20, description="Sign-ins in a minute that a machine may ask of the center.", json_schema_extra=_SAMPLE
    )
    tickets_per_minute_of_machine: Annotated[int, Field(ge=3, le=1000)] = Field(
        30, description="Tickets in a minute that the center gives to a kiosk or reception.", json_schema_extra=_SAMPLE
    )
    tickets_at_once_of_kiosk: Annotated[int, Field(ge=1, le=30)] = Field(
        3,
        description="Tickets that a kiosk gives within `tickets_at_once_seconds`; for the next one the citizen waits.",
        json_schema_extra=_SAMPLE,
    )
    tickets_at_once_seconds: Annotated[int, Field(ge=1, le=60)] = Field(
        10, description="Time in which `tickets_at_once_of_kiosk` are counted, in seconds.", json_schema_extra=_SAMPLE
    )
    tickets_per_hour_of_kiosk: Annotated[int, Field(ge=10, le=10_000)] = Field(
        300, description="Tickets in an hour that the center gives to a kiosk.", json_schema_extra=_SAMPLE
    )
    kiosk_pages_in_ten_minutes: Annotated[int, Field(ge=1, le=1000)] = Field(
        12,
        description="Pages of paper that a kiosk prints within ten minutes, apart from tickets: enough for one citizen,"
        " who may leave and come back.",
        json_schema_extra=_SAMPLE,
    )
    kiosk_pages_per_hour: Annotated[int, Field(ge=1, le=10_000)] = Field(
        60, description="Pages of paper that a kiosk prints in an hour, apart from tickets.", json_schema_extra=_SAMPLE
    )
    kiosk_searches_per_minute: Annotated[int, Field(ge=1, le=1000)] = Field(
        30, description="Searches in a minute that a kiosk makes for what the city offers.", json_schema_extra=_SAMPLE
    )
    searches_per_hour_of_person: Annotated[int, Field(ge=1, le=1000)] = Field(
        30, description="Searches for a person in an hour that one staff member may make.", json_schema_extra=_SAMPLE
    )
    searches_per_hour_of_machine: Annotated[int, Field(ge=1, le=1000)] = Field(
        60, description="Searches for a person in an hour from one machine.", json_schema_extra=_SAMPLE
    )
    feed_hours: Annotated[int, Field(ge=1, le=8760)] = Field(
        48,
        description="Time after which the next batch of a source of the registry is due, in hours; after twice the time"
        " it is overdue.",
        json_schema_extra=_SAMPLE,
    )
    feed_hours_of_source: dict[str, Annotated[int, Field(ge=1, le=8760)]] = Field(
        default_factory=dict,
        description="The same for single sources, by their name; a register that sends once a month has 800.",
        json_schema_extra=_SAMPLE,
    )
    retention_days: Annotated[int, Field(ge=0, le=36500)] = Field(
        3650,
        description="Days after the end of a case after which the center erases its personal data; 0: never.",
        json_schema_extra=_SAMPLE,
    )
    draft_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        30,
        description="Days after its last change for which a draft that nobody discards is kept; 0: for ever.",
        json_schema_extra=_SAMPLE,
    )
    spool_paper_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        7,
        description="Days for which a paper that no printer takes stays in the spool folder; 0: for ever.",
        json_schema_extra=_SAMPLE,
    )
    window_case_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        30,
        description="Days after its last change for which the windows of a site hold a case; others are fetched from"
        " the center; 0: for ever.",
        json_schema_extra=_SAMPLE,
    )
    supplement_working_days: Annotated[int, Field(ge=1, le=90)] = Field(
        15,
        description="Time given to the applicant to bring missing papers (补正), in working days.",
        json_schema_extra={"source": "a sample value; 行政许可法 art. 32 leaves it to the organ"},
    )
    gap_working_days: Annotated[int, Field(ge=1, le=90)] = Field(
        5,
        description="Working days in which a paper is brought that is missing at the acceptance (容缺), at most the"
        " promised term of the matters that need it.",
        json_schema_extra=_SAMPLE,
    )
    commitment_check_days: Annotated[int, Field(ge=1, le=365)] = Field(
        40,
        description="Working days after the acceptance in which an organ checks a commitment (告知承诺).",
        json_schema_extra=_SAMPLE,
    )
    follow_up_extension_days: Annotated[int, Field(ge=1, le=90)] = Field(
        10,
        description="Working days by which the check of a promise may be extended once.",
        json_schema_extra=_SAMPLE,
    )
    broken_promise_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        1095,
        description="Days for which a false promise excludes its maker from further ones, unless it is repaired; its"
        " record is erased afterwards.",
        json_schema_extra=_SAMPLE,
    )
    application_answer_days: Annotated[int, Field(ge=1, le=30)] = Field(
        5,
        description="Working days after its receipt in which an application from outside is accepted or answered.",
        json_schema_extra={"source": "law: 行政许可法 art. 32"},
    )
    application_days: Annotated[int, Field(ge=7, le=3650)] = Field(
        30,
        description="Not used: an application that waits does not expire. Catalogues of earlier versions may have it.",
        json_schema_extra=_SAMPLE,
    )
    ended_application_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        30,
        description="Days after its end after which the content of an application from outside is erased; the case that"
        " was made of it keeps its own.",
        json_schema_extra=_SAMPLE,
    )
    applications_per_day_of_portal: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        5_000, description="Applications in a day that the center takes from one portal.", json_schema_extra=_SAMPLE
    )
    accept_verified_applications: bool = Field(
        False,
        description="Whether an application may be accepted without a visit of the applicant whom the identity provider"
        " of the portal has verified.",
        json_schema_extra=_SAMPLE,
    )
    forbid_deemed_approval: bool = Field(
        False,
        description="Whether no matter is approved by the lapse of time (超时默认), whatever its entry says.",
        json_schema_extra=_SAMPLE,
    )
    early_hand_overs: Annotated[int, Field(ge=0, le=9)] = Field(
        1,
        description="Times that finished results of a case are handed over early at the applicant's request, before the"
        " rest is handed over together; each may need a further visit.",
        json_schema_extra=_SAMPLE,
    )
    licence_copy_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30,
        description="Days for which a printed copy of a licence (证照复印件) is valid for its purpose.",
        json_schema_extra=_SAMPLE,
    )
    consent_list_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30,
        description="Days for which a consent list that an absent party signs elsewhere is taken at the window.",
        json_schema_extra=_SAMPLE,
    )
    material_reuse_days: Annotated[int, Field(ge=0, le=36500)] = Field(
        365,
        description="Days for which a paper that was given for a case may be used again for another case of the same"
        " person; 0: never. A material of the catalogue may have another period (`reuse_days`).",
        json_schema_extra=_SAMPLE,
    )
    acting_for_others: ActingRules = Field(
        ActingRules(),
        description="What a person may do for a party who is absent (apply, consent, collect), by the basis of acting.",
        json_schema_extra=_SAMPLE,
    )
    citizen_papers: CitizenPapers = Field(
        CitizenPapers(),
        description="What a citizen prints at a kiosk of the own licences.",
        json_schema_extra=_SAMPLE,
    )
    feedback: FeedbackRules = Field(
        FeedbackRules(),
        description="What citizens choose when they rate a visit or complain, and the periods for both.",
        json_schema_extra=_SAMPLE,
    )
    supervisor_due_soon_hours: Annotated[int, Field(ge=1, le=720)] = Field(
        24,
        description="Time before its deadline from which the supervisor sees a task as due soon, in hours.",
        json_schema_extra=_SAMPLE,
    )
    officer_due_soon_days: Annotated[int, Field(ge=0, le=30)] = Field(
        1,
        description="Working days left from which a task has the warning colour in the officer's queue.",
        json_schema_extra=_SAMPLE,
    )
    reconsideration_organ: Text = Field(
        Text(zh="有管辖权的行政复议机关", en="the competent organ of administrative reconsideration"),
        description="Organ that a notice of non-acceptance names for reconsideration (复议).",
        json_schema_extra={"source": "law: 行政复议法 (2023) art. 24, where the city names none"},
    )
    reconsideration_days: Annotated[int, Field(ge=1, le=365)] = Field(
        60,
        description="Days in which reconsideration can be applied for, as the letter of a revocation states them.",
        json_schema_extra={"source": "law: 行政复议法 (2023) art. 20"},
    )
    suit_months: Annotated[int, Field(ge=1, le=60)] = Field(
        6,
        description="Months in which a suit can be brought, as the letter of a revocation states them.",
        json_schema_extra={"source": "law: 行政诉讼法 (2017) art. 46"},
    )
    revocation_basis: Text = Field(
        Text(
            zh="《中华人民共和国行政许可法》第六十九条第二款及告知承诺有关规定",
            en="art. 69 (2) of the Administrative Licensing Law and the rules on commitments",
        ),
        description="Legal basis that the letter of a revocation names where a promise proved false.",
        json_schema_extra={"source": "law: 行政许可法 (2019) art. 69; 沪府发〔2017〕82号"},
    )
    court: Text = Field(
        Text(zh="有管辖权的人民法院", en="the people's court with jurisdiction"),
        description="Court that a notice of non-acceptance names for a suit.",
        json_schema_extra={"source": "law: 行政诉讼法 (2017) art. 14 to 18, where the city names none"},
    )


DEFAULT_POLICY = CityPolicy()
