"""What is imported before it is used: no models of the catalogue, papers or views, and no commands that nobody gave."""

from __future__ import annotations

import subprocess
import sys

_SLOW = ("pydantic", "yaml", "cv2", "numpy", "PIL", "fastapi", "httpx")
_COMMANDS = ("clerk_app.cases.tasks.decisions", "clerk_app.hall.tickets", "clerk_app.registry.batches")
_PAPERS_AND_VIEWS = ("PIL", "clerk_app.paper.documents", "clerk_app.roles.case_view", "clerk_app.roles.rejected_work")
_DIALOGS = ("screens.counter.menu", "screens.counter.procedures", "screens.counter.offers", "screens.papers.viewer")
_AUTHORING = (
    "yaml",
    "clerk_app.catalogue.folder",
    "clerk_app.catalogue.paper_folder",
    "pypinyin",
    "rapidfuzz",
    "openpyxl",
)
_REGISTERS = ("clerk_app.registry.batches", "clerk_app.registry.corrections", "clerk_app.composition.result_licences")


def list_imported(names: tuple[str, ...], *modules: str) -> str:
    """Return as text those of `names` that a program has imported with some modules."""
    program = f"import sys, {', '.join(modules)}\nprint([name for name in {names!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_an_office_is_opened_without_the_models_of_the_catalogue_and_unused_commands() -> None:
    opening = "clerk_app.composition.office", "clerk_app.composition.schedule", "clerk_app.roles.workstation"
    assert list_imported(_SLOW + _COMMANDS, *opening) == "[]"


def test_a_clerk_signs_in_without_papers_and_views_of_cases() -> None:
    signing_in = "clerk_app.roles.counter.undo", "clerk_app.roles.print_recovery", "screens.counter.screen"
    assert list_imported(_PAPERS_AND_VIEWS, *signing_in) == "[]"


def test_the_counter_is_shown_without_the_dialogs_of_its_keys_and_what_authors_use() -> None:
    """Memory: each module costs some ten kilobytes. A dialog is imported by its key, in a few milliseconds."""
    shown = "clerk_app.roles.counter.service", "screens.counter.screen", "clerk_app.composition.due_commands"
    assert list_imported(_DIALOGS + _AUTHORING, *shown) == "[]"


def test_the_schedule_looks_for_due_commands_without_the_registers() -> None:
    looking = "clerk_app.composition.due_commands", "clerk_app.composition.list_renewal"
    assert list_imported(_REGISTERS, *looking) == "[]"
