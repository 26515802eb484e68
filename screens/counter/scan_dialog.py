"""The scan dialog of F7: the camera picture with outlined codes, and a field for typed or wedge-scanned text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from textual.message import Message
from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.shared import CameraService, CameraView
from screens import keys
from screens.key_gate import KeyHold
from screens.scan_receiver import FastKeys, Scan
from screens.widgets.containers import Horizontal
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.picture import PictureWidget

OTHER_CODE = keys.SCAN.with_label(
    mark("Code or receipt"), mark("Looks for a citizen's code or for a receipt's bar code.")
)
OUTLINE_SECONDS = 0.25  # time for which the outline of a code is shown after it was read
OTHER_CAMERA = keys.MORE.with_label(mark("Other camera"), mark("Takes the next camera or source."))


class ScanDialog(Dialog[str]):
    """Returns the text of the only code in view; if two different codes are in view, asks for a single code."""

    about = mark("The camera searches for a code; the code can also be scanned by hand, typed or pasted.")
    BINDINGS = keys.bindings((OTHER_CODE, OTHER_CAMERA))
    OTHER_KEYS = tuple(keys.KeyHelp(action.key, action.key_cap, action.help) for action in (OTHER_CODE, OTHER_CAMERA))
    DEFAULT_CSS = """
    ScanDialog #view { height: 15; }
    ScanDialog #preview { width: 1fr; background: $page; }
    ScanDialog #guidance { width: 28; height: 100%; padding: 0 0 0 2; }
    ScanDialog #text { margin: 1 0 0 0; }
    ScanDialog > Vertical { height: auto; width: 80; max-width: 100%; }
    """

    @dataclass
    class ViewChanged(Message):
        """The camera has a new picture; this message replaces an older one in the queue."""

        view: CameraView

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ScanDialog.ViewChanged)

    def __init__(
        self,
        camera: CameraService,
        want: Literal["citizen", "receipt"] = "citizen",
        *,
        title: str = "",
        sentence: str = "",
    ) -> None:
        super().__init__(title or _("Scan"), hint=_("takes what is typed"))
        self.camera = camera
        self.sentence = sentence  # which code is wanted, if any code is not
        self.want: Literal["citizen", "receipt"] = want
        self._view: CameraView | None = None
        self._source = 0
        self._read = ""  # the code that the camera read, not taken yet
        self.by_camera = False  # whether the answer is a code that the camera read, not one that was typed
        self._outline_hold: KeyHold | None = None  # set while the outline of the code that was read is shown

    def dialog_body(self) -> Iterable[Widget]:
        if self.sentence:
            yield TextBlock(lambda width: [[(line, "strong")] for line in wrap(self.sentence, width)])
        yield Horizontal(PictureWidget(id="preview"), TextBlock(self._guidance, id="guidance"), id="view")
        text = FormInput(id="text")
        text.takes_codes = True
        yield text

    def on_screen_resume(self) -> None:
        """Start the camera, also when the screen has been unlocked; locking stops it."""
        self._start_camera()

    def close(self, value: str | None) -> None:
        if not self.answer.done():
            self._call_in_background(self.camera.stop)
        super().close(value)
        self._end_outline()

    def on_unmount(self) -> None:
        """Stop the camera and deliver keys also if the dialog was removed without an answer."""
        self._end_outline()
        if not self.answer.done():
            self._call_in_background(self.camera.stop)

    def on_scan_dialog_view_changed(self, message: ViewChanged) -> None:
        if self._outline_hold is not None or self.answer.done() or not self.is_current:
            return
        view = self._view = message.view
        outlines = [*view.outlines, *(code.corners for code in view.codes)]
        self.query_one("#preview", PictureWidget).show_frame(view.picture, outlines)
        self.query_one("#guidance", TextBlock).refresh()
        texts = {code.text for code in view.codes}
        if texts:
            self._read = texts.pop() if len(texts) == 1 else ""
        self._take_read_code()

    def on_input_changed(self) -> None:
        """Take the code that the camera read, once the typed text is deleted."""
        self._take_read_code()

    def _take_read_code(self) -> None:
        """Close with the code that the camera read, unless somebody is typing another one."""
        if not self._read or self._outline_hold is not None or self.query_one("#text", FormInput).value:
            return
        self._outline_hold = self.host.hold_keys()  # queue keys for the next step, while the outline is shown
        self.set_timer(OUTLINE_SECONDS, self._close_with_read_code)

    def _close_with_read_code(self) -> None:
        self.by_camera = not self.answer.done()
        self.close(self._read)

    def _end_outline(self) -> None:
        if self._outline_hold is not None:
            self.host.release_keys(self._outline_hold)

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        if message.input.value.strip():
            self.close(message.input.value.strip())

    def is_scan(self, keys: FastKeys, field: Widget | None) -> bool:
        empty = not self.query_one("#text", FormInput).value
        return (keys.ended and empty and len(keys.text.strip()) >= 3) or super().is_scan(keys, field)

    def take_scan(self, scan: Scan) -> None:
        self.close(scan.raw)

    def action_scan(self) -> None:
        self.want = "receipt" if self.want == "citizen" else "citizen"
        self._view, self._read = None, ""
        self.query_one("#guidance", TextBlock).refresh()
        self._start_camera()

    def _start_camera(self) -> None:
        self._call_in_background(lambda: self.camera.start(self.want, self._receive_view))

    def action_more(self) -> None:
        self._call_in_background(self._next_source)

    def _next_source(self) -> None:
        sources = self.camera.list_sources()
        if sources:
            self._source = (self._source + 1) % len(sources)
            self.camera.select_source(sources[self._source].id)
            self.camera.start(self.want, self._receive_view)

    def _receive_view(self, view: CameraView) -> None:
        """Post a new view to the dialog; the camera's thread calls this method."""
        self.post_message(self.ViewChanged(view))

    def _call_in_background(self, call: Callable[[], object]) -> None:
        self.host.run_in_background(self.host.ask(call))

    def _guidance(self, width: int) -> Iterable[Line]:
        wanted = _("Looking for a citizen's code.") if self.want == "citizen" else _("Looking for a receipt.")
        yield from ([(line, "strong")] for line in wrap(wanted, width))
        yield []
        view = self._view
        if view is None:
            yield [(_("The camera starts ..."), "dim")]
        elif view.error:
            yield from ([(line, "bad")] for line in wrap("x " + view.error, width))
        elif len({code.text for code in view.codes}) > 1:
            sentence = _("Two codes are in view. Show one at a time.")
            yield from ([(line, "warn")] for line in wrap("! " + sentence, width))
        elif self._read and self.query_one("#text", FormInput).value:
            sentence = _("A code was read. Delete what is typed to use it.")
            yield from ([(line, "warn")] for line in wrap("! " + sentence, width))
        elif view.guidance:
            yield from ([(line, "mark")] for line in wrap(view.guidance, width))
        yield []
        words = wrap(_("Or type, paste or scan with a hand scanner below."), width)
        yield from ([(line, "dim")] for line in words)
        yield []
        for action in (OTHER_CODE, OTHER_CAMERA):
            yield [(action.key_cap + " ", "cap"), (_(action.label), "dim")]
