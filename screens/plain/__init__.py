"""The linear mode (`--plain`): the staff screens as lines of text, for screen readers and braille lines.

A screen reader follows the terminal's cursor and reads what is written. So this mode writes whole lines from top to
bottom, never moves the cursor back, paints nothing again and has no clock; the cursor is where the next answer is
typed.

Modules
    terminal.py        `LineTerminal`: writes lines, reads an answer key by key
    host.py            `LineHost`: `ScreenHost` for this mode; asks each dialog of the screens as questions
    questions.py       how each kind of dialog is asked
    reading.py         sentences of a person, a paper, a material
    counter.py         `LineCounter`: the counter screen without widgets; the same actions
    counter_text.py    the counter's view as sentences
    form.py            asks the fields of a form one after another
    department.py      the queue and the task of an officer
    sign_in.py         staff number and PIN
    program.py         `LineProgram`: commands, lock, sign-out
    screens.py         which screen a person gets
    command.py         commands by key, number or word
    picking.py         picks a row of a list
"""
