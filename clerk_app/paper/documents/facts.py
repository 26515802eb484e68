"""Base of the facts of a paper: a frozen dataclass whose fields a template of its kind may print."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clerk_app.paper.page import PaperPage

if TYPE_CHECKING:
    from clerk_app.catalogue.papers import CityPapers
    from clerk_app.paper.templates.template_set import PreparedTemplate


class PaperFacts:
    """The facts of one paper. `kind` is the name of its template, and of its file in `paper/templates/data`.

    Types of the fields: str, int, bool, date, datetime, dataclasses, tuples of these, and None. Properties with such a
    type are fields of the template too.
    """

    __slots__ = ()
    kind: ClassVar[str]
    required_fields: ClassVar[tuple[str, ...]] = ()
    """Fields that every template has to show, by law or for the use of the paper, such as `matters.name`."""

    def to_page(self, language: str, city: CityPapers | None = None) -> PaperPage:
        """Return the page in `language`, by the template of `city` or of the program.

        `language` is a key of `locales.LANGUAGES` or the code of a language of the template, such as "mn". Raises
        ValueError for another one.
        """
        return self.prepare_template(city).build(self, language)

    @classmethod
    def prepare_template(cls, city: CityPapers | None = None) -> PreparedTemplate:
        """Return the template in force of this kind of paper, with its version and its languages."""
        from clerk_app.paper.templates.template_set import prepare_template  # reads YAML: not before the first paper

        return prepare_template(cls.kind, cls, city, cls.required_fields)
