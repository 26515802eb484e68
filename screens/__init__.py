"""What a person sees: one module and one style sheet for each role. A guide for whoever adds a screen.

Rooms
    gate.py      no key goes astray: a key leaves only after the one before it has had its effect
    base.py      `ClerkApp`: desk calls in a worker, one route for errors, dialogs, language, themes
    role.py      `RoleScreen`: top line, body, message line, key line; terminal too small
    keys.py      the one key table; bindings, key line, F1 and Ctrl+P are made from it
    themes.py    gov-dark, gov-light, high-contrast
    widgets/     paint, rows, form, fields, picture, status, dialogs, pick, help

A role's screen
    class Supervisor(RoleScreen):
        ACTS = (keys.SEND.named(mark("Add a window"), mark("...")), keys.LOCK)   # at most 8 are shown below
        BINDINGS = keys.bindings(ACTS)
        def body(self) -> ComposeResult: ...            # widgets between top line and message line
        def action_next(self) -> None:                  # the act's name; F2 and Ctrl+P both come here
            self.app.perform(self._next())
        async def _next(self) -> None:                  # an act: keys typed meanwhile land after it
            view = await self.app.ask(self.desk.claim_next)
            await self.paint(view)
        async def refresh_view(self) -> None: ...       # asked again after a change of language

Rules
  - A desk is called through `app.ask(...)` inside an act (keys wait), or through `app.fetch(call, then)` for a look in
    the background (keys do not wait). All calls run one after another in one thread, so their answers arrive in order.
  - A `desk.ClerkError` needs no handler: it becomes the message line and a bell. Nothing else may reach the person.
  - A dialog is shown with `answer = await self.app.show(dialog)` inside an act; None means the person went back.
  - Words are translated when they are painted, never kept: give widgets callables or paint in `render_line`.
  - Texts are painted as segments (`widgets/paint.py`), never as markup; widths are counted in cells, not characters.
  - A level is shown by `paint.mark_of(level)` (symbol) and a word; colour comes on top.
  - Focus is set with `screen.set_focus(widget)` (at once), not `widget.focus()` (later).
"""
