"""`PreferencesApp`, an app that remembers the language and theme of a person, and of the machine before sign-in."""

from __future__ import annotations

from clerk_app.locales import current_language
from clerk_app.views.workstation import Preferences, PreferenceStore
from screens.app import ClerkApp
from screens.theme.themes import THEMES


class PreferencesApp(ClerkApp):
    """An app whose changes of language and theme are stored: for the person at the screen, else for the machine."""

    def __init__(self, preferences: PreferenceStore | None, machine: Preferences) -> None:
        """Use the theme of `machine`, whose language is in use already; `preferences` remembers changes."""
        super().__init__()
        self._preferences = preferences
        if machine.theme in {theme.name for theme in self.themes}:
            self.begin_with_theme(machine.theme)
        self._machine = Preferences(current_language(), self.theme)  # in use before anybody signs in

    @property
    def preferring_person(self) -> str:
        """Id of the person whose changes are remembered; empty for the machine."""
        return ""

    async def read_preferences(self, person: str) -> Preferences:
        """Read the language and theme of a person; what they never chose is empty."""
        store = self._preferences
        return Preferences() if store is None else await self.ask(lambda: store.read(person))

    def use_preferences(self, stored: Preferences) -> None:
        """Use this language and theme; an empty one is as it was before sign-in."""
        if self._preferences is None:
            return
        language = stored.language or self._machine.language
        if language != current_language():
            super().change_language(language)
        self._use_theme(stored.theme or self._machine.theme)

    def change_language(self, language: str) -> None:
        super().change_language(language)
        self._save()

    def action_theme(self) -> None:
        super().action_theme()
        self._save()

    def _use_theme(self, name: str) -> None:
        if name in {theme.name for theme in THEMES}:
            self.theme = name

    def _save(self) -> None:
        store, person = self._preferences, self.preferring_person
        chosen = Preferences(current_language(), self.theme)
        if not person:
            self._machine = chosen
        if store is not None:
            self.run_in_background(self.ask(lambda: store.save(person, chosen)))
