"""The sentences of the kiosk, and those that lack plain words: `python -m tests.locales.plain_words` lists them.

A short sentence is plain as it is.
"""

from __future__ import annotations

import ast
import json
import re

from clerk_app.locales import PLAIN_SENTENCES
from tests.locales.translations import keywords, sources

FOLDERS = ("screens/kiosk/", "clerk_app/roles/kiosk/")
SHORT_WORDS = 8  # a sentence of at most so many words is plain as it is
FOR_STAFF = re.compile("administrator|supervisor|ends? (this|its) program|program ends")


def kiosk_sentences() -> list[str]:
    """Return every sentence that a citizen may read at a kiosk, in English."""
    known, found = keywords(), {}
    for path, tree in sources().items():
        if path.startswith(FOLDERS):
            for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
                place = known.get(call.func.id, 0) if isinstance(call.func, ast.Name) else 0
                if place and len(call.args) >= place and isinstance(sentence := call.args[place - 1], ast.Constant):
                    found[str(sentence.value)] = True
    return [sentence for sentence in found if not FOR_STAFF.search(sentence)]


def without_plain_words() -> list[str]:
    """Return the longer sentences that have no plain words."""
    plain = {row["message"] for row in json.loads(PLAIN_SENTENCES.read_text("utf-8"))["sentences"]}
    return [text for text in kiosk_sentences() if text not in plain and len(text.split()) > SHORT_WORDS]


if __name__ == "__main__":
    for lacking in without_plain_words():
        print("no plain words yet:", repr(lacking))  # noqa: T201
