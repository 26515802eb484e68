"""Tables of published catalogues as rows, which are derived from the content of their versions."""

from __future__ import annotations

from sqlmodel import SQLModel

from db.tables.columns import WITHOUT_ROWID, added_text, bigint, json_list, primary_key


class CatalogueEntry(SQLModel, table=True):
    """An object of a published catalogue as JSON; `refers_to` names the objects that it needs, as "section/id".

    Section `frame` has everything but one things, matters, materials and fields. Further sections have the one thing
    that contains a matter, the first one thing with a role, the materials of an organ's matters, the offers, and the
    matters that a kiosk may accept.
    """

    __tablename__ = "catalogue_entries"

    catalogue: str = primary_key()
    version: int = bigint(is_primary_key=True)
    section: str = primary_key()
    id: str = primary_key()
    place: int  # in its section of the catalogue
    refers_to: str = json_list()
    content: bytes


class CatalogueName(SQLModel, table=True):
    """A one thing, a matter or a handling item that can be found, as JSON; `place` is its running number."""

    __tablename__ = "catalogue_names"

    catalogue: str = primary_key()
    version: int = bigint(is_primary_key=True)
    place: int = primary_key()
    content: bytes


class CatalogueGram(SQLModel, table=True):
    """A piece of a name, and the places of the names that have it, packed by `clerk_app.catalogue.place_set`."""

    __tablename__ = "catalogue_grams"
    __table_args__ = WITHOUT_ROWID

    catalogue: str = primary_key()
    version: int = bigint(is_primary_key=True)
    gram: str = primary_key()
    places: bytes


class CatalogueIndex(SQLModel, table=True):
    """The form in which a catalogue version was written as rows; a program with another form writes them again.

    `one_things` and `names` count the names: those of the one things come first. `digest` is that of the content;
    while rows are prepared before the version is stored, the form is 0 and `digest` the mark of the preparing program.
    """

    __tablename__ = "catalogue_indexes"
    __table_args__ = WITHOUT_ROWID

    catalogue: str = primary_key()
    version: int = bigint(is_primary_key=True)
    form: int
    one_things: int
    names: int
    digest: str = added_text()
