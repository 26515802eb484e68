"""Finds objects of a catalogue by their Chinese names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from clerk_app.catalogue.folder import suggest_similar
from clerk_app.catalogue.list_import.cells import NotUnderstood
from clerk_app.locales import _
from clerk_app.text.folding import fold_text


class NameList:
    """Objects by name. With a `level`, organs that are not known are added with it."""

    def __init__(self, known: Iterable[Any], make_id: Callable[[str], str], level: str = "") -> None:
        self._ids = {fold_text(item.name.zh): item.id for item in known}
        self._names = {item.name.zh for item in known}
        self._make_id = make_id
        self._level = level
        self.added: list[dict[str, Any]] = []

    def find(self, text: str) -> str:
        """Return the id of the object with this name. Raises NotUnderstood with a similar name, if there is one."""
        name = text.strip()
        folded = fold_text(name)
        if folded not in self._ids:
            if not self._level:
                sentence = _("The catalogue has nothing of the name {name}.").format(name=name[:40])
                raise NotUnderstood(sentence + suggest_similar(name, self._names))
            self._ids[folded] = self._make_id(name)
            self._names.add(name)
            names = {"zh": name, "en": name}
            self.added.append({"id": self._ids[folded], "name": names, "level": self._level, "source": "import"})
        return str(self._ids[folded])
