"""Reads the folder `papers/` of a catalogue: `KIND.yaml`, `fragments.yaml` and `logo.png`.

Only the form of the files is checked here. What a template may name follows from the facts of its paper, so that is
checked by `clerk_app.paper.documents.template_check`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.catalogue.yaml_file import YamlFile, read_yaml_file
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.papers import CityPapers

FOLDER = "papers"
FRAGMENTS = "fragments"
"""Name of the file of fragments, which is no kind of paper."""

LOGO_FILE = "logo.png"
MAX_BYTES = 64 * 1024
"""Largest file of the folder."""

_MAX_FILES = 200


@dataclass
class PaperFolder:
    """The files of a folder: templates by kind of paper, fragments, and the PNG of the logo, empty without one."""

    templates: dict[str, YamlFile] = field(default_factory=dict)
    fragments: YamlFile | None = None
    logo: bytes = b""
    logo_file: YamlFile = field(default_factory=lambda: YamlFile(LOGO_FILE))
    other_files: list[YamlFile] = field(default_factory=list)

    @property
    def files(self) -> list[YamlFile]:
        """All files, with their mistakes."""
        fragments = [self.fragments] if self.fragments is not None else []
        return [*self.templates.values(), *fragments, self.logo_file, *self.other_files]

    def to_section(self) -> CityPapers | None:
        """Return the section of the catalogue; None if the folder is empty."""
        from clerk_app.catalogue.papers import CityPapers  # pydantic

        if not self.templates and self.fragments is None and not self.logo:
            return None
        return CityPapers(
            templates={kind: file.content for kind, file in self.templates.items()},
            fragments=self.fragments.content or {} if self.fragments is not None else {},
            logo=base64.b64encode(self.logo).decode() if self.logo else None,
        )


def read_paper_folder(folder: Path, prefix: str = "") -> PaperFolder:
    """Read a folder; `prefix` precedes the names of files in mistakes. A folder that does not exist is empty."""
    content = PaperFolder()
    paths = sorted(islice(folder.iterdir(), _MAX_FILES + 1)) if folder.is_dir() else []
    content.logo_file.name = f"{prefix}{LOGO_FILE}"
    for path in paths[:_MAX_FILES]:
        if path.name.startswith("."):
            continue
        name = f"{prefix}{path.name}"
        if path.suffix == ".yaml":
            file = read_template_file(path, name)
            if path.stem == FRAGMENTS:
                content.fragments = file
                _check_is_map(file)
            else:
                content.templates[path.stem] = file
        elif path.name == LOGO_FILE:
            content.logo = _read_logo(path, content.logo_file)
        else:
            _add_unknown(content, name, _("This file is not known here: KIND.yaml, fragments.yaml or logo.png."))
    if len(paths) > _MAX_FILES:
        _add_unknown(content, prefix, _("The folder holds more than {limit} files.").format(limit=_MAX_FILES))
    return content


def read_template_file(path: Path, name: str) -> YamlFile:
    """Read a file of templates, named `name` in mistakes; one of more than MAX_BYTES has a mistake and no content."""
    file = YamlFile(name)
    return file if _is_too_large(path, file) else read_yaml_file(path, name)


def _read_logo(path: Path, file: YamlFile) -> bytes:
    return b"" if _is_too_large(path, file) or not path.is_file() else path.read_bytes()


def _is_too_large(path: Path, file: YamlFile) -> bool:
    if not path.is_file() or path.stat().st_size <= MAX_BYTES:
        return False
    file.add_mistake((), _("The file is too large: more than {limit} bytes.").format(limit=MAX_BYTES))
    return True


def _check_is_map(file: YamlFile) -> None:
    if file.content is not None and not isinstance(file.content, dict):
        file.add_mistake((), _("A block of named fields is expected here."))
        file.content = None


def _add_unknown(content: PaperFolder, name: str, sentence: str) -> None:
    file = YamlFile(name)
    file.add_mistake((), sentence)
    content.other_files.append(file)
