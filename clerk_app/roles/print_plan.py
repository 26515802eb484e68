"""Chooses what the next print of a paper has on it: a first print, a reprint of the stored page, or a new version.

A reprint repeats the stored page, in its language and with its dates, under a mark with its number. A new version has
what holds now, and names the version that it replaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.listed_receipts import RECEIPT_LIST
from clerk_app.cases.notices import TAKEN_IN
from clerk_app.cases.prints import COUNTED_OUTCOMES, find_content, latest_version, next_number, possible_prints
from clerk_app.catalogue.publication import read_papers
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.locales import LANGUAGES, _, current_language, mark, translate_to
from clerk_app.paper.page import HorizontalRule, PaperPage, TextLine, decode_page, mark_reprint
from clerk_app.roles.case_letters import LETTER_KINDS, build_letter, find_paper
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.paper.documents.facts import PaperFacts

MASKED_KINDS = ("receipt", TAKEN_IN, RECEIPT_LIST)
"""Kinds of paper that have masked names: they get lost. The others are served or signed, with names in full."""
REPRINT_WORD = "重打"


@dataclass(frozen=True)
class BuiltPage:
    """A page with what holds now. `deadline_at` is the date for papers that it states; `template` its version."""

    page: PaperPage
    deadline_at: int | None = None
    template: str = ""


@dataclass(frozen=True)
class PrintPlan:
    """The next print of a paper.

    `content` is the page as it is stored, `page` as it comes out, with its marks, and `preview` as a screen may show
    it, with masked names. `source` is the print whose content is repeated.
    """

    kind: str
    version: int
    number: int
    source: str
    content: PaperPage
    page: PaperPage
    preview: PaperPage
    language: str
    template: str
    deadline_at: int | None


class PrintPlanner:
    """Plans the prints of a clerk."""

    def __init__(self, office: Office, clerk_number: str) -> None:
        self._office = office
        self._clerk_number = clerk_number

    def build(self, notice: Row, *, in_full: bool = False) -> BuiltPage:
        """Build the page of a notice in the current language; `in_full` with the names that the paper has."""
        with self._office.store.read() as tx:
            return self._build(tx, notice, in_full=in_full)

    def list_languages(self, tx: Transaction, notice: Row) -> tuple[str, ...]:
        """Return the codes of the languages of a paper that the screens do not have, such as "mn"."""
        from clerk_app.paper.documents.kinds import FACTS_BY_KIND  # all kinds: not before the first list of papers

        known = {code.partition("_")[0] for code in LANGUAGES}
        facts = FACTS_BY_KIND.get(notice["kind"])
        languages = facts.prepare_template(read_papers(tx)).languages if facts is not None else ()
        return tuple(code for code in languages if code not in known)

    def _build(self, tx: Transaction, notice: Row, *, in_full: bool, language: str = "") -> BuiltPage:
        case = read_case(tx, notice["case_number"])
        document, papers_deadline = self._build_document(tx, case, notice, in_full=in_full)
        template = document.prepare_template(read_papers(tx))
        page = template.build(document, language or current_language())
        return BuiltPage(page, papers_deadline, template.version)

    def _build_document(
        self, tx: Transaction, case: CaseRecord, paper: Row, *, in_full: bool
    ) -> tuple[PaperFacts, int | None]:
        """Return the facts of a notice or letter, and the date for papers that it states."""
        if paper["kind"] in LETTER_KINDS:
            return build_letter(self._office, tx, case, paper, in_full=in_full), None
        from clerk_app.roles.case_documents import CaseDocuments  # all papers of a case: not before the first one

        documents = CaseDocuments(self._office, tx, case, paper, self._clerk_number, in_full=in_full)
        return documents.build_document(paper["kind"]), documents.papers_deadline

    def plan(self, paper: str, now: datetime, *, is_new_version: bool = False, language: str = "") -> PrintPlan:
        """Plan the next print of a paper. `now` is local time.

        `language` is a code of the template's languages; with one, a paper that was printed before gets a new version.
        Without one, the paper is in the current language, and a reprint in that of its page.

        Raises Refused if a new version of a paper is wanted that was not printed yet, or that does not exist any more.
        """
        with self._office.store.read() as tx:
            notice, prints = find_paper(tx, paper), tx.select("prints", order=("begun_at", "id"), paper=paper)
            latest = latest_version(prints)
            number = next_number(notice, prints, latest)
            is_new_version = is_new_version or bool(language and number)
            stored = find_content(prints, latest) if number else None
            if notice is None:
                from clerk_app.paper.documents.licence_copy import LicenceCopy

                if stored is not None and stored["kind"] == LicenceCopy.kind:
                    raise Refused("copy", "Print a new copy of the licence instead: each copy is recorded (F8 42).")
                if stored is None or is_new_version:
                    raise Refused("no_notice", "There is no such paper.")
                return self._repeat(tx, None, prints, stored, number, now)
            if is_new_version and not number:
                raise Refused("no_print", "This paper was not printed yet: it has no earlier version.")
            if stored is not None and not is_new_version and self._is_to_be_repeated(tx, notice, prints, stored):
                return self._repeat(tx, notice, prints, stored, number, now)
            is_new_version = is_new_version or stored is not None
            if is_new_version:
                latest, number = latest + 1, 0
            return self._plan_built(tx, notice, prints, latest, number, now, language or current_language())

    def plan_once(self, kind: str, built: BuiltPage) -> PrintPlan:
        """Plan the only print of a paper that is built elsewhere; the screen shows it if its names are masked."""
        hidden = (TextLine(_("The screen does not show this paper: it has names in full.")),)
        return PrintPlan(
            kind=kind,
            version=1,
            number=0,
            source="",
            content=built.page,
            page=built.page,
            preview=built.page if kind in MASKED_KINDS else hidden,
            language=current_language(),
            template=built.template,
            deadline_at=None,
        )

    def _is_to_be_repeated(self, tx: Transaction, notice: Row, prints: Sequence[Row], stored: Row) -> bool:
        """Return whether a citizen may have the stored page, or it holds unchanged."""
        is_given = any(row["outcome"] in COUNTED_OUTCOMES for row in prints)
        return is_given or not self._has_changed(tx, notice, prints, stored)

    def has_changed(self, tx: Transaction, notice: Row, prints: Sequence[Row]) -> bool:
        """Return whether a paper would have another content now than its last version; False if that is not stored.

        Pages in another language than the current one are not compared.
        """
        stored = find_content(prints, latest_version(prints))
        if stored is None or stored["language"] != current_language():
            return False
        return self._has_changed(tx, notice, prints, stored)

    def _has_changed(self, tx: Transaction, notice: Row, prints: Sequence[Row], stored: Row) -> bool:
        now = self._with_version(self._build(tx, notice, in_full=True).page, prints, stored["version"])
        return now != _stored_page(stored)

    def _plan_built(
        self,
        tx: Transaction,
        notice: Row,
        prints: Sequence[Row],
        version: int,
        number: int,
        now: datetime,
        language: str,
    ) -> PrintPlan:
        """Plan a print of what holds now: the first one of a version, or a paper of which no page is stored."""
        built = self._build(tx, notice, in_full=True, language=language)
        content = self._with_version(built.page, prints, version, language)
        shown = content
        if notice["kind"] not in MASKED_KINDS:
            masked = self._build(tx, notice, in_full=False, language=language).page
            shown = self._with_version(masked, prints, version, language)
        return PrintPlan(
            kind=notice["kind"],
            version=version,
            number=number,
            source="",
            content=content,
            page=mark_reprint(content, number, now, word=REPRINT_WORD) if number else content,
            preview=mark_reprint(shown, number, now, word=REPRINT_WORD) if number else shown,
            language=language,
            template=built.template,
            deadline_at=built.deadline_at,
        )

    def _repeat(
        self, tx: Transaction, notice: Row | None, prints: Sequence[Row], stored: Row, number: int, now: datetime
    ) -> PrintPlan:
        """Plan a reprint of a stored page. What does not hold any more is named above it."""
        content = _stored_page(stored)
        notes = self._list_notes(tx, notice, prints, stored)
        shown = content
        if stored["kind"] not in MASKED_KINDS:
            shown = (TextLine(_("The screen does not show this paper: it has names in full.")),)
            if notice is not None and not self._has_changed(tx, notice, prints, stored):
                masked = self._build(tx, notice, in_full=False).page
                shown = self._with_version(masked, prints, stored["version"])
        return PrintPlan(
            kind=stored["kind"],
            version=stored["version"],
            number=number,
            source=stored["id"],
            content=content,
            page=mark_reprint((*notes, *content), number, now, word=REPRINT_WORD),
            preview=mark_reprint((*notes, *shown), number, now, word=REPRINT_WORD),
            language=stored["language"],
            template=stored["template"],
            deadline_at=stored["deadline_at"],
        )

    def _list_notes(self, tx: Transaction, notice: Row | None, prints: Sequence[Row], stored: Row) -> PaperPage:
        """Return what a reader of a reprint has to know: since when its content holds, and what has changed since."""
        language = _language_of_notes(stored["language"])
        first = self._office.local_time(min(row["begun_at"] for row in possible_prints(prints, stored["version"])))
        notes = [translate_to(language, _AS_OF).format(time=f"{first:%Y-%m-%d %H:%M}")]
        tasks = tx.select("tasks", case_number=stored["case_number"])
        withdrawn = [task["ended_at"] for task in tasks if task["state"] == "withdrawn" and task["ended_at"]]
        if notice is None:
            notes.append(translate_to(language, _ENDED))
        elif withdrawn:
            day = self._office.local_time(max(withdrawn))
            notes.append(translate_to(language, _WITHDRAWN).format(day=f"{day:%Y-%m-%d}"))
        elif self.has_changed(tx, notice, prints):
            notes.append(translate_to(language, _CHANGED))
        return (*(TextLine(note, bold=True) for note in notes), HorizontalRule())

    def _with_version(self, page: PaperPage, prints: Sequence[Row], version: int, language: str = "") -> PaperPage:
        """Return the page with the number of its version above it, and the time of the one that it replaces."""
        if version == 1:
            return page
        replaced = [row["begun_at"] for row in possible_prints(prints, version - 1)]
        line = TextLine(f"第{version}版 VERSION {version}", bold=True, align="center")
        if not replaced:  # printed by a program that kept no content
            return (line, *page)
        replaced_at = self._office.local_time(min(replaced))
        language = _language_of_notes(language or current_language())
        sentence = translate_to(language, _REPLACES).format(time=f"{replaced_at:%Y-%m-%d %H:%M}")
        return (line, TextLine(sentence, align="center"), *page)


def _language_of_notes(language: str) -> str:
    """Return the language of the sentences above a page: Chinese for a page in a language that the program lacks."""
    return language if language in LANGUAGES else "zh_CN"


def _stored_page(stored: Row) -> PaperPage:
    if stored["content"] is None:
        raise BadData("The content of this paper is not kept here.")
    return decode_page(stored["content"])


_AS_OF = mark("Its content is as of {time}, when it was first printed.")
_CHANGED = mark("It has changed since. Ask for a new version.")
_ENDED = mark("This paper does not hold any more.")
_WITHDRAWN = mark("The application was withdrawn on {day}: what follows does not hold any more.")
_REPLACES = mark("Replaces the paper of {time}.")
