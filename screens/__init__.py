"""The screens: one package for each role, its style sheet beside it. How to add one: docs/howto/add-a-screen.md.

Modules
    host.py         `ScreenHost`: what a screen may ask of its app; screens depend on it, never on app.py
    app.py          `ClerkApp` implements it: actions, service calls, dialogs, messages, language, themes
    key_gate.py     `KeyGate`: a key is delivered only after the key before it has taken effect
    role_screen.py  `RoleScreen`: top line, body, message line, key line; warning if the terminal is too small
    keys.py         the key table; bindings, key line, F1 and Ctrl+P are made from it
    sign_in.py      `StaffApp`: sign-in, lock, the screen of the person who signed in
    connection.py   the connection to the center and rejected work, for all staff screens
    themes.py       gov-dark, gov-light, high-contrast
    widgets/        text, lists, forms, fields, pictures, dialogs, lines
    counter/ department/ supervisor/ kiosk/

Rules
  - Call a service with `host.ask(call)` inside an action (keys wait), or with `host.fetch(call, then)` for a refresh in
    the background (keys continue). All calls run one after another in one thread, so results arrive in order.
  - Do not catch `ClerkError` to report it: `host.perform` shows it on the message line and rings the bell.
  - Show a dialog with `answer = await host.show(dialog)` inside an action; None means that the user went back.
  - Translate texts when they are painted and never store a translation: pass functions to widgets.
  - Paint texts as spans (widgets/paint.py), never as markup; measure them in cells, not characters.
  - Show a level as `level_symbol(level)` and a word; colour is additional.
  - Set the focus with `screen.set_focus(widget)` (immediately), not with `widget.focus()` (later).
"""
