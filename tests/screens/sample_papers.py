"""Papers of the sample case: printed again, in a new version, and those with an unknown outcome."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.views.counter import CounterView, PrintAnswer
from clerk_app.views.shared import CaseLetter, CasePaper, Option, PrintQuestion
from tests.screens.sample_data import CASE_PAPERS
from tests.screens.sample_staff_calls import SampleStaffCalls


class SamplePapers(SampleStaffCalls):
    """A window with papers that can be printed again."""

    def __init__(self) -> None:
        super().__init__()
        self._printed: set[str] = set()
        self.papers: tuple[CasePaper, ...] = CASE_PAPERS[1:]  # papers of the case that can be printed again
        self.questions: tuple[PrintQuestion, ...] = ()  # prints with an unknown outcome
        self.copyable: tuple[Option, ...] = ()  # licences of which a copy may be printed
        self.letters: tuple[CaseLetter, ...] = ()  # of the case
        self.paper_out = False  # the receipt on the screen was not printed

    def list_papers(self) -> tuple[CasePaper, ...]:
        return self.papers

    def reprint_paper(self, paper: str) -> CounterView:
        if not self.paper_out:
            self._printed.add(paper)
        return self._do(f"reprint_paper {paper}".rstrip(), receipt=True)

    def print_new_version(self, paper: str) -> CounterView:
        return self._do(f"print_new_version {paper}", receipt=True)

    def print_in_language(self, paper: str, language: str) -> CounterView:
        return self._do(f"print_in_language {paper} {language}", receipt=True)

    def print_missing(self) -> CounterView:
        return self._do("print_missing")

    def print_guide(self, one_thing: str = "") -> CounterView:
        return self._do(f"print_guide {one_thing}".rstrip())

    def list_copy_purposes(self) -> tuple[Option, ...]:
        return (Option("own", "the holder's own file"), Option("bank", "a bank"))

    def print_licence_copy(self, licence: str, purpose: str) -> CounterView:
        return self._do(f"print_licence_copy {licence} {purpose}")

    def print_letters(self, letters: Sequence[str]) -> CounterView:
        self._printed.update(letters)
        return self._do(f"print_letters {' '.join(letters)}", receipt=True)

    def answer_print(self, print_id: str, answer: PrintAnswer) -> CounterView:
        self.questions = tuple(question for question in self.questions if question.id != print_id)
        return self._do(f"answer_print {print_id} {answer}")
