"""Rules of the code base: sizes of modules, generated pages, imports of the first screen, the SQLite library."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from pathlib import Path

from clerk_app.cases.states import render_state_diagram
from screens.kiosk.app import KioskApp
from screens.sign_in import StaffApp

ROOT = Path(__file__).parent.parent
PRODUCT_PACKAGES = ("clerk_app", "screens", "scanners", "db")
PACKAGES = (*PRODUCT_PACKAGES, "benchmarks", "tests")
MAX_LINES, MAX_SCREEN_LINES = 400, 250
HEAVY_PACKAGES = {"sqlalchemy", "sqlmodel", "pydantic", "msgspec", "alembic", "cv2", "numpy", "PIL", "cryptography"}
HEAVY_PACKAGES |= {"yaml", "fastapi", "starlette", "uvicorn", "httpx", "zstandard", "prometheus_client"}
SQLITE_MODULE = ROOT / "db" / "engines" / "sqlite_library.py"


def _modules(packages: tuple[str, ...]) -> list[Path]:
    return [path for package in packages for path in (ROOT / package).rglob("*.py")]


def test_a_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in _modules(PACKAGES) if path.parent.name != "versions"}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []  # import contracts need it


def test_no_module_but_a_migration_is_too_long() -> None:
    assert [path for path in _modules(PACKAGES) if path.parent.name != "versions" and _is_too_long(path)] == []


def test_the_state_diagram_in_the_documentation_is_generated_from_code() -> None:
    assert render_state_diagram() in (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_first_screen_is_painted_before_anything_heavy_is_imported() -> None:
    screens = ", ".join(f"screens.{role}.screen" for role in ("counter", "department", "supervisor", "kiosk"))
    program = f"import sys, clerk_app.app, {screens}; print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert {name.partition(".")[0] for name in names.split()} & HEAVY_PACKAGES == set()


def test_no_two_classes_of_an_app_use_the_same_attribute() -> None:
    for app in (StaffApp, KioskApp):
        owners: dict[str, str] = {}
        for owner in app.__mro__[:-1]:
            for name in _attributes_of_init(owner):
                assert owners.setdefault(name, owner.__qualname__) == owner.__qualname__, name


def test_one_module_of_the_product_imports_the_sqlite_library() -> None:
    named = [path for path in _modules(PRODUCT_PACKAGES) if "sqlite3" in path.read_text("utf-8")]
    assert [path for path in named if "sqlite3" in _imported_packages(path)] == [SQLITE_MODULE]


def test_no_rule_and_no_role_loads_a_whole_catalogue() -> None:
    # that of a large city takes seconds and 200 MB; the commands of its author and the demo need all of it
    allowed = ("cli", "demo", "cases/catalogue_use.py", "catalogue/publication.py", "composition/office.py")
    modules = [path.relative_to(ROOT / "clerk_app").as_posix() for path in _modules(("clerk_app",))]
    others = [module for module in modules if not module.startswith(allowed)]
    words = ("load_newest(", "load_version(", ".catalogue()")
    loading = [name for name in others if any(word in (ROOT / "clerk_app" / name).read_text("utf-8") for word in words)]
    assert loading == []


def test_one_module_of_the_product_flushes_and_renames_files() -> None:
    exceptions = {ROOT / "db" / "engines" / "crash_marker.py"}  # flushes a file that it holds open and locked
    words = (".replace(", ".rename(", ".fsync(")
    named = [path for path in _modules(PRODUCT_PACKAGES) if any(word in path.read_text("utf-8") for word in words)]
    paths = [path for path in named if any(_is_durability_call(node) for node in _nodes(path))]
    assert set(paths) - exceptions == {ROOT / "db" / "files.py"}


def test_the_sentences_of_errors_are_filled_in_beside_the_errors_only() -> None:
    paths = [
        path
        for path in _modules(PRODUCT_PACKAGES)
        if re.search(r"\.format\(\*\*\w+(\.\w+)*\.facts\)", path.read_text())
    ]
    assert set(paths) == {ROOT / "db" / "errors.py", ROOT / "scanners" / "errors.py"}


def _is_too_long(path: Path) -> bool:
    most = MAX_SCREEN_LINES if path.is_relative_to(ROOT / "screens") else MAX_LINES
    return len(path.read_text("utf-8").splitlines()) > most


def _is_durability_call(node: ast.AST) -> bool:
    """Return whether a node calls `os.replace`, `os.rename`, `os.fsync`, `Path.replace` or `Path.rename`.

    `str.replace` has two positional arguments, `datetime.replace` and `dataclasses.replace` have keywords.
    """
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if isinstance(node.func.value, ast.Name) and node.func.value.id == "os":
        return node.func.attr in ("replace", "rename", "fsync")
    return node.func.attr in ("replace", "rename") and len(node.args) == 1 and not node.keywords


def _nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def _imported_packages(path: Path) -> set[str]:
    nodes = _nodes(path)
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


def _attributes_of_init(owner: type) -> set[str]:
    """The names that `__init__` of the class itself assigns on its first argument."""
    if "__init__" not in vars(owner) or owner.__module__.partition(".")[0] not in (*PRODUCT_PACKAGES, "textual"):
        return set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner.__init__)))  # type: ignore[misc]
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
