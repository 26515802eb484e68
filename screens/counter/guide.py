"""The service guide (办事指南) on the screen: scrolled, and printed from there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.binding import Binding

from clerk_app.locales import _, mark
from clerk_app.views.counter import CounterView
from clerk_app.views.finding import GuideLine, GuideView
from screens import keys
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.widgets.dialogs import ReadDialog
from screens.widgets.paint import Line, wrap

_WIDEST = 110  # cells of a line that is still read easily


class GuideDialog(ReadDialog):
    """Shows a guide; the answer False means that it is to be printed."""

    about = mark("The service guide is to be read, or printed for the citizen with F9.")
    BINDINGS = [Binding("f9", "print_guide", show=False)]

    def __init__(self, guide: GuideView) -> None:
        super().__init__(guide.name, sentences=_list_sentences(guide))
        self._guide = guide

    def described_keys(self) -> tuple[keys.KeyHelp, ...]:
        return (*super().described_keys(), keys.KeyHelp("f9", "F9", mark("prints the guide")))

    def content_cells(self) -> int:
        return min(_WIDEST, self.app.size.width - 8)

    def footer_lines(self) -> Iterable[Line]:
        more: Line = [("   F9 ", "cap"), (_("prints it"), "dim")]
        return [[*line, *more] for line in super().footer_lines()]

    def _wrap(self, width: int) -> Iterable[Line]:
        for number, section in enumerate(self._guide.sections):
            if number:
                yield []
            yield from ([(line, "title")] for line in wrap(section.title, width))
            for entry in section.lines:
                yield from _wrap_entry(entry, width)

    def action_print_guide(self) -> None:
        self.close(False)


def _wrap_entry(entry: GuideLine, width: int) -> Iterable[Line]:
    *lines, last = wrap(entry.text, width - 2)
    yield from ([("  " + line, "")] for line in lines)
    source = _("[{source}]").format(source=entry.source) if entry.source else ""
    if not source:
        yield [("  " + last, "")]
    elif len(wrap(f"{last}  {source}", width - 2)) == 1:
        yield [("  " + last + "  ", ""), (source, "dim")]
    else:
        yield [("  " + last, "")]
        yield from ([("    " + line, "dim")] for line in wrap(source, width - 4))


def _list_sentences(guide: GuideView) -> list[str]:
    sentences = []
    for section in guide.sections:
        sentences.append(section.title)
        sentences += [
            _("{text}. Source: {source}").format(text=entry.text, source=entry.source) if entry.source else entry.text
            for entry in section.lines
        ]
    return sentences


async def show_guide(screen: CounterFrame, offer: str = "") -> None:
    """Show the guide of what was found, or of the draft, and print it if the clerk wants that."""
    guide = await screen.host.ask(partial(screen.service.read_guide, offer))
    if await screen.host.show(GuideDialog(guide)) is False:
        await screen.call_and_paint(partial(screen.service.print_guide, offer))


def _has_draft(view: CounterView) -> bool:
    return view.intake is not None


GUIDE_ITEMS = (MenuItem(71, "read_guide", mark("Service guide of this draft"), _has_draft, show_guide),)
