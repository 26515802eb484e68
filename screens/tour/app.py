"""`TourApp`: the staff program with a strip that leads through the steps of the tour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any, Protocol

from textual.screen import Screen

from clerk_app.locales import _, mark
from clerk_app.views.tour import TourStep
from clerk_app.views.workstation import Preferences, PreferenceStore
from screens import keys
from screens.role_screen import RoleScreen
from screens.sign_in import Connect, ScreenFactory, StaffApp
from screens.tour.checks import CHECKS, observe
from screens.widgets.paint import Line, TextBlock, wrap

CHECK_SECONDS = 0.25  # between two checks of the present step
HINT_SECONDS = 45.0  # without progress, until the hint is shown
SHOW = keys.KeyAction("tour", "alt+t", mark("Tour"), mark("Hides or shows the strip of the tour."), on_key_line=False)
SKIP = keys.KeyAction("skip", "alt+s", mark("Skip"), mark("Goes on to the next step of the tour."), on_key_line=False)


class TourProgress(Protocol):
    """Stores how far the tour has come, so that it can be left and resumed."""

    def read(self) -> str:
        """Return the id of the present step; empty at the beginning."""
        ...

    def save(self, step: str) -> None:
        """Store the id of the present step; empty when the tour has ended."""
        ...


class TourStrip(TextBlock):
    """The present step: its number, what to do and why; after a while a hint."""

    DEFAULT_CSS = """
    TourStrip { height: auto; max-height: 5; width: 1fr; background: $sheet; padding: 0 1; }
    TourStrip.-hidden { display: none; }
    """

    def lines(self, width: int) -> Iterable[Line]:
        app = self.app
        return app.tour_lines(width) if isinstance(app, TourApp) else ()


class TourApp(StaffApp):
    """The staff program in the sample city, with the tour. `progress` stores the present step.

    Raises ValueError for a step whose check does not exist.
    """

    BINDINGS = keys.bindings((SHOW, SKIP))
    CSS_PATH = "../sign_in.tcss"  # that of the base class, from the folder of this module

    def __init__(
        self,
        connect: Connect,
        make_screen: ScreenFactory,
        progress: TourProgress,
        steps: Sequence[TourStep],
        preferences: PreferenceStore | None = None,
        machine: Preferences | None = None,
    ) -> None:
        super().__init__(connect, make_screen, preferences, machine)
        if unknown := [step.check for step in steps if step.check not in CHECKS]:
            raise ValueError(unknown[0])
        self._progress = progress
        self._steps = tuple(steps)
        names = [step.id for step in steps]
        stored = progress.read()
        self._index = names.index(stored) if stored in names else 0
        self._step_since = monotonic()
        self._is_hidden = False

    @property
    def tour_step(self) -> TourStep | None:
        """The present step; None after the last one."""
        return self._steps[self._index] if self._index < len(self._steps) else None

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(CHECK_SECONDS, self._follow)

    def tour_lines(self, width: int) -> Iterable[Line]:
        """Return the lines of the strip."""
        step = self.tour_step
        if step is None:
            done = _("Tour finished. Go on as you like; nothing here is real. Ctrl+Q ends it, clerk tour begins again.")
            yield from ([(line, "good")] for line in wrap(done, width))
            return
        count = f"{self._index + 1}/{len(self._steps)} "
        first, *more = wrap(count + step.task.localized(), width)
        yield [(first, "strong")]
        yield from ([(line, "strong")] for line in more)
        yield from ([(line, "")] for line in wrap(step.reason.localized(), width))
        if self._is_slow():
            yield from ([("? " + line, "warn")] for line in wrap(step.hint.localized(), width - 2))

    def _is_slow(self) -> bool:
        return monotonic() - self._step_since > HINT_SECONDS

    def _follow(self) -> None:
        """Put the strip on the screen, and go on if what the step asks for was done."""
        screen = next((screen for screen in reversed(self.screen_stack) if isinstance(screen, RoleScreen)), None)
        if screen is None or not screen.is_mounted or not screen.query("#message"):
            return
        if not screen.query(TourStrip):
            screen.mount(TourStrip(classes="-hidden" if self._is_hidden else ""), before="#message")
        step, was_slow = self.tour_step, self._is_slow()
        if step is not None and CHECKS[step.check](observe(self.screen_stack)):
            self._go_on()
        elif was_slow:
            self._repaint(screen)

    def _go_on(self) -> None:
        self._index += 1
        self._step_since = monotonic()
        step = self.tour_step
        self._progress.save(step.id if step is not None else "")
        for screen in self.screen_stack:
            self._repaint(screen)

    def _repaint(self, screen: Screen[Any]) -> None:
        for strip in screen.query(TourStrip):
            strip.refresh(layout=True)

    def available_actions(self) -> tuple[keys.KeyAction, ...]:
        return (*super().available_actions(), SHOW, SKIP)

    def action_tour(self) -> None:
        self._is_hidden = not self._is_hidden
        for screen in self.screen_stack:
            for strip in screen.query(TourStrip):
                strip.set_class(self._is_hidden, "-hidden")

    def action_skip(self) -> None:
        if self.tour_step is not None:
            self._go_on()
