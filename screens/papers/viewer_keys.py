"""The keys of the page viewer."""

from __future__ import annotations

from clerk_app.locales import mark
from screens.keys import KeyAction, KeyHelp

KEYS = (
    KeyAction("agree", "enter", "", ""),
    KeyAction("zoom(1)", "plus,equals_sign", "", ""),
    KeyAction("zoom(-1)", "minus,underscore", "", ""),
    KeyAction("pan(-1,0)", "left,h", "", ""),
    KeyAction("pan(1,0)", "right,l", "", ""),
    KeyAction("pan(0,-1)", "up,k", "", ""),
    KeyAction("pan(0,1)", "down,j", "", ""),
    KeyAction("turn", "r", "", ""),
    KeyAction("page(1)", "pagedown,n", "", ""),
    KeyAction("page(-1)", "pageup,p", "", ""),
    KeyAction("top", "home,0", "", ""),
    KeyAction("facts", "i", "", ""),
    KeyAction("again", "f5", "", ""),
    KeyAction("original", "o", "", ""),
)

KEY_HELP = (
    KeyHelp("plus,equals_sign,minus,underscore", "+ / -", mark("larger / smaller: whole page, width, 2, 4, 8 times")),
    KeyHelp("left,h,right,l,up,k,down,j", mark("arrows, hjkl"), mark("move over the page")),
    KeyHelp("r", "R", mark("turns the page to the right")),
    KeyHelp("pagedown,n,pageup,p", mark("Page Up / Down"), mark("page before / after; n and p too")),
    KeyHelp("home,0", "Home", mark("to the upper left corner of the page")),
    KeyHelp("i", "I", mark("shows or hides the facts about the paper")),
    KeyHelp("o", "O", mark("opens the file in another program, where the city allows it")),
    KeyHelp("f5", "F5", mark("tries again if the paper could not be shown")),
)
