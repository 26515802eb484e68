"""The screens: one package for each role, with its style sheet. How to add a screen: docs/howto/add-a-screen.md.

Modules
    host.py         `ScreenHost`: the methods of the app that a screen may call; screens never import app.py
    app.py          `ClerkApp` implements `ScreenHost`: actions, service calls, dialogs, messages, language, themes
    drawing_app.py  the service that draws pictures and large text, for all widgets
    key_gate.py     `KeyGate`: delivers a key only after the previous key has taken effect
    scan_gate.py    `ScanGate`: separates the scans of a hand scanner from typed keys
    scan_receiver.py  `ScanReceiver`: what a screen or dialog does with a scan
    role_screen.py  `RoleScreen`: top line, body, message line, key line; warning if the terminal is too small
    keys.py         the key table, from which bindings, key line, F1 and Ctrl+P are made
    sign_in.py      `StaffApp`: sign-in, lock, and the screen for the person who signed in
    connection.py   settles rejected work, and sets the clock of this machine, for all staff screens
    connection_page.py  `ConnectionPage`: state of the connection, progress, lists, rejected work
    terminal_input.py  reads any bytes; the keys of one read have the time of the read
    terminal_watch.py  ends the app when its terminal is closed, or on SIGTERM
    visible_screens.py  paints no screen below an opaque one
    theme/          colours, sizes of the terminal, frames of panels
    widgets/        text, lists, forms, fields, pictures, dialogs, lines
    situation.py    what happens on a screen now and what comes next: for F1 and the linear mode
    tour/           the guided tour (`clerk tour`): steps, checks, the strip
    plain/          the linear mode for screen readers (`--plain`)
    counter/ department/ supervisor/ kiosk/

Rules
  - Call a service with `host.ask(call)` inside an action (keys are queued), or with `host.fetch(call, then)` for a
    background refresh (keys are delivered). One thread runs all calls one after another, so results arrive in order.
  - Do not catch `ClerkError` to report it: `host.perform` shows it on the message line and rings the bell.
  - Show a dialog with `answer = await host.show(dialog)` inside an action; None means that the user went back.
  - Translate texts when they are painted and never store a translation: pass widgets functions that return texts.
  - Paint texts as spans (widgets/paint.py), never as markup; measure them in cells, not characters.
  - Show a level as `level_symbol(level)` and a word; colour only repeats them.
  - A `RowList` filters and sorts its rows itself. If a service reads them page by page, pass the query of
    `PageRequested` to the service and back to `put_page`; for a list of a few acts set `can_filter=False`.
  - Show details of the row under the cursor in a `Preview`, which is read when the cursor rests.
  - Set the focus with `screen.set_focus(widget)` (immediately), not with `widget.focus()` (later).
"""
