"""The comparison of a person with the city's photo: the portrait, and the live picture of the person next to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from textual.message import Message
from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.case import Applicant
from clerk_app.views.identity import Compared
from clerk_app.views.page_view import PaperPages
from clerk_app.views.shared import CameraService, CameraView
from screens import keys
from screens.counter.person import CHECK_LEVEL, check_word, confirmation_request, person_lines, what_to_check
from screens.papers.viewer import PageViewer
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.dialogs import Dialog
from screens.widgets.face_picture import FacePicture
from screens.widgets.paint import Line, TextBlock, level_symbol, wrap
from screens.widgets.picture import coarse_portrait_sentence

FaceAnswer = Literal["same", "other", "unsure"]
_KEYS = (
    keys.KeyAction("agree", "enter", "", ""),
    keys.KeyAction("reject", "n,N", "", ""),
    keys.KeyAction("doubt", "u,U", "", ""),
    keys.KeyAction("freeze", "space", "", ""),
    keys.KeyAction("original", "v,V", "", ""),
    keys.KeyAction("more", "f8", "", ""),
)


class FaceCheckDialog(Dialog[FaceAnswer]):
    """Enter: the same person; N: not this person; U: not sure, so that a second person decides.

    After a doubt the second person answers with Enter or N. Pictures are shown for a person whose photo the city has;
    nothing of the live picture is kept. Without `camera` the portrait is shown alone.
    """

    about = mark(
        "The person at the window is compared with the photo; Esc leaves the check open. The answer is recorded, the"
        " live picture is not."
    )
    BINDINGS = keys.bindings(_KEYS)
    OTHER_KEYS = (
        keys.KeyHelp("n", "N", mark("not this person: the identification ends")),
        keys.KeyHelp("u", "U", mark("not sure: a second person decides")),
        keys.KeyHelp("space", mark("Space"), mark("freezes the live picture, or continues it")),
        keys.KeyHelp("v", "V", mark("shows the original of the photo, with zoom")),
        keys.KeyHelp("f8", "F8", mark("takes the next camera")),
    )
    DEFAULT_CSS = """
    FaceCheckDialog > Vertical { width: 100%; height: 100%; }
    FaceCheckDialog #compared { height: 1fr; }
    FaceCheckDialog .face { width: 1fr; height: 100%; }
    FaceCheckDialog .face TextBlock { height: 1; }
    FaceCheckDialog .face FacePicture { height: 1fr; background: $page; }
    FaceCheckDialog #live { margin: 0 0 0 1; }
    FaceCheckDialog #limits { display: none; }
    FaceCheckDialog #live.-none { display: none; }
    """

    @dataclass
    class ViewChanged(Message):
        """The camera has a new picture; this message replaces an older one in the queue."""

        view: CameraView

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, FaceCheckDialog.ViewChanged)

    def __init__(
        self,
        person: Applicant,
        camera: CameraService | None = None,
        open_portrait: Callable[[], PaperPages] | None = None,
    ) -> None:
        super().__init__(confirmation_request(person))
        self.person = person
        self.has_pictures = person.photo is not None and not person.is_organisation
        self.is_frozen = False
        self._camera = camera if self.has_pictures else None
        self._open_portrait = open_portrait if self.has_pictures else None
        self._view: CameraView | None = None
        self._has_live_face = False
        self._limit_sentences: list[str] = []
        self._source = 0

    @property
    def compared(self) -> Compared:
        """What the person was compared with."""
        return "live" if self._has_live_face else "portrait" if self.has_pictures else ""

    def dialog_body(self) -> Iterable[Widget]:
        facts = TextBlock(self._facts, id="facts")
        facts.display = not self.has_pictures or bool(self._sentences())
        yield facts
        if self.has_pictures:
            caption = TextBlock(lambda _width: [[(_("Photo of the licence"), "strong")]])
            portrait = Vertical(caption, FacePicture(id="portrait"), classes="face")
            live = Vertical(TextBlock(self._live_caption, id="caption"), FacePicture(), id="live", classes="face")
            yield Horizontal(portrait, live, id="compared")
            yield TextBlock(self._limits, id="limits")

    def title_line(self) -> Line:
        if not self.has_pictures:
            return super().title_line()
        check = self.person.check
        state = f"{level_symbol(CHECK_LEVEL[check.result])} {check_word(check)}"
        return [(f"{self.heading} {self.person.name}  {self.person.number}  {state}", "")]

    def footer_lines(self) -> Iterable[Line]:
        parts = [("Enter ", self._yes()), ("N ", _("not this person"))]
        parts += [] if self.person.doubted else [("U ", _("unsure"))]
        parts += [("Space ", _("live") if self.is_frozen else _("freeze"))] if self._camera is not None else []
        parts += [("V ", _("original"))] if self._open_portrait is not None else []
        return [[span for cap, word in parts for span in ((cap, "cap"), (word, "dim"), ("  ", ""))][:-1]]

    def _yes(self) -> str:
        return _("document and delegation are in order") if self.person.is_organisation else _("same person")

    def on_mount(self) -> None:
        super().on_mount()
        if self.has_pictures and self.person.photo is not None:
            self.query_one("#portrait", FacePicture).show_face(self.person.photo)
        self.query_one("#live").set_class(self._camera is None, "-none") if self.has_pictures else None

    def on_screen_resume(self) -> None:
        """Start the camera when the room is known, also after the screen was unlocked; locking stops it."""
        self.call_after_refresh(self._fit_pictures)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit_pictures)

    def _fit_pictures(self) -> None:
        """Show what the size allows; then the room is final, and the camera starts with a crop of this size."""
        if self.has_pictures and self.is_current:
            self._show_limits()
            self.call_after_refresh(self._start_camera)

    def close(self, value: FaceAnswer | None) -> None:
        if not self.answer.done():
            self._stop_camera()
        super().close(value)

    def on_unmount(self) -> None:
        """Stop the camera also if the dialog was removed without an answer."""
        if not self.answer.done():
            self._stop_camera()

    def on_face_check_dialog_view_changed(self, message: ViewChanged) -> None:
        if self.is_frozen or self.answer.done() or not self.is_current:
            return
        view = self._view = message.view
        self.query_one("#live").set_class(bool(view.error) and view.picture is None, "-none")
        self.query_one("#caption").refresh()
        self._show_limits()
        if view.picture is not None:
            self._has_live_face = self._has_live_face or view.faces > 0
            self.query_one("#live FacePicture", FacePicture).show_crop(view.picture)

    def action_agree(self) -> None:
        self.close("same")

    def action_reject(self) -> None:
        self.close("other")

    def action_doubt(self) -> None:
        if not self.person.doubted:
            self.close("unsure")

    def action_freeze(self) -> None:
        if self._camera is not None:
            self.is_frozen = not self.is_frozen
            self.query_one("#caption").refresh()
            self.show_frame()

    def action_original(self) -> None:
        if self._open_portrait is not None:
            self.host.perform(self._show_original(self._open_portrait))

    async def _show_original(self, open_portrait: Callable[[], PaperPages]) -> None:
        await self.host.show(PageViewer(_("Photo of the licence"), await self.host.ask(open_portrait)))

    def action_more(self) -> None:
        self._call_in_background(self._take_next_source)

    def _take_next_source(self, camera: CameraService) -> None:
        sources = camera.list_sources("face")
        if sources:
            self._source = (self._source + 1) % len(sources)
            camera.select_source(sources[self._source].id, "face")
            self._start(camera)

    def _start_camera(self) -> None:
        if self.is_attached and not self.answer.done():
            self._call_in_background(self._start)

    def _start(self, camera: CameraService) -> None:
        camera.start("face", self._receive_view, self.query_one("#live FacePicture", FacePicture).crop_size)

    def _receive_view(self, view: CameraView) -> None:
        """Post a new view to the dialog; the camera's thread calls this method."""
        self.post_message(self.ViewChanged(view))

    def _stop_camera(self) -> None:
        self._call_in_background(lambda camera: camera.stop())

    def _call_in_background(self, call: Callable[[CameraService], object]) -> None:
        camera = self._camera
        if camera is not None:
            self.host.run_in_background(self.host.ask(lambda: call(camera)))

    def _live_caption(self, width: int) -> Iterable[Line]:
        if (view := self._view) is None:
            return [[(_("The camera starts ..."), "dim")]]
        if self.is_frozen:
            return [[(_("Live picture, frozen"), "strong")]]
        if view.error or view.guidance:
            return [[("! " + (view.error or view.guidance), "warn")]]
        return [[(wrap(_("Live picture, not stored"), width)[0], "strong")]]

    def _facts(self, width: int) -> Iterable[Line]:
        if not self.has_pictures:
            yield from person_lines(self.person, width)
        yield from ([(line, "warn")] for sentence in self._sentences() for line in wrap(sentence, width))

    def _sentences(self) -> list[str]:
        if not self.has_pictures:
            return [what_to_check(self.person)]
        doubt = _("The clerk is not sure: a second person compares and answers.")
        return [*self.person.check.warnings, *([doubt] if self.person.doubted else [])]

    def _show_limits(self) -> None:
        """Show why there is no live picture, and that the pictures cannot settle who somebody is."""
        sentences = [self._view.error] if self._view is not None and self._view.error else []
        if self.query_one("#portrait", FacePicture).is_coarse:
            sentences.append(coarse_portrait_sentence())
        if sentences != self._limit_sentences:
            self._limit_sentences = sentences
            limits = self.query_one("#limits", TextBlock)
            limits.display = bool(sentences)
            limits.refresh(layout=True)

    def _limits(self, width: int) -> Iterable[Line]:
        return ([(line, "warn")] for sentence in self._limit_sentences for line in wrap(sentence, width))
