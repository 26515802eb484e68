"""What is known about a printer and about a print, in sentences."""

from __future__ import annotations

from clerk_app.locales import _
from clerk_app.paper.printers.printer import Printer, PrinterState, PrintOutcome


def describe_state(state: PrinterState) -> str:
    """Return the state of a printer in a sentence or a few words."""
    if state.error is not None:
        return state.problem
    words = {
        "enough": _("ready"),
        "low": _("ready; the paper will end soon"),
        "out": _("out of paper"),
        "unknown": _("ready, as far as it can be known"),
    }
    return words[state.paper]


def describe_outcome(printer: Printer, outcome: PrintOutcome) -> str:
    """Return what is known about a paper after it was sent, and what to do; never more than the printer confirmed."""
    if outcome is PrintOutcome.PRINTED:
        return _("Printed: the printer confirmed it.")
    if outcome is PrintOutcome.WRITTEN:
        folder = printer.device.partition(":")[2]
        return _("Written to the folder {folder}; please check that it comes out.").format(folder=folder)
    if outcome is PrintOutcome.NOT_PRINTED:
        return str(printer.problem or _("Nothing was printed."))
    question = _("Sent to the printer, which did not confirm it: please check that it came out.")
    return f"{printer.problem} {question}" if printer.problem is not None else question


def outcome_word(outcome: PrintOutcome) -> str:
    """Return an outcome in a few words."""
    return {
        PrintOutcome.PRINTED: _("printed"),
        PrintOutcome.WRITTEN: _("written to a folder"),
        PrintOutcome.UNKNOWN: _("sent; not confirmed"),
        PrintOutcome.NOT_PRINTED: _("not printed"),
    }[outcome]
