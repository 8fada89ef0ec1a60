"""The rules of the house that no tool checks, and proof that the gates bite."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from wattledger.config import settings_reference
from wattledger.version import __version__

pytestmark = pytest.mark.house

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/wattledger"
MODULES = sorted(SOURCE.rglob("*.py"))
MIGRATIONS = SOURCE / "store/migrations"
LONGEST = 400

# STYLE.md: one word, one meaning; these mean nothing. The first are no way to begin a function's
# name (a process of the system is a thing and may be named), the second stand in no name at all.
EMPTY_VERBS = frozenset({"process", "handle", "manage", "perform", "do"})
EMPTY_NOUNS = frozenset(
    {"data", "info", "item", "items", "helper", "helpers", "util", "utils", "common", "manager"}
)


def trees(folder: Path = SOURCE) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def tracked_files() -> list[Path]:
    """Return the files of the project: git's where there is one, else all that are text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_the_domain_knows_no_binary_fractions() -> None:
    found = [
        place(path, node)
        for path, tree in trees(SOURCE / "domain")
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        or (isinstance(node, ast.Name) and node.id == "float")
        or brings_binary_fractions(node)
    ]
    found += [
        place(path, node)
        for path, tree in trees(SOURCE / "domain")
        for node in divisions(tree) - {n for part in exact_parts(tree) for n in divisions(part)}
    ]
    assert found == []


def brings_binary_fractions(node: ast.AST) -> bool:
    floating = {"math", "cmath", "statistics"}
    if isinstance(node, ast.ImportFrom):
        return node.module in floating
    return isinstance(node, ast.Import) and any(alias.name in floating for alias in node.names)


def divisions(tree: ast.AST) -> set[ast.AST]:
    """Return where ``/`` stands: of whole numbers it makes a float, of decimals it does not."""
    return {
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    }


def exact_parts(tree: ast.AST) -> list[ast.AST]:
    """Return the functions that name ``Decimal`` or ``Fraction``: those may divide."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(n, ast.Name) and n.id in {"Decimal", "Fraction"} for n in ast.walk(node))
    ]


@pytest.mark.parametrize("folder", ["src", "tests", "bench", "scripts"])
def test_modules_are_short(folder: str) -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_modules_of_the_web_application_are_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "frontend/src").rglob("*.ts*")
        if path.name != "schema.ts"  # written from the OpenAPI document
    }
    assert len(lengths) > 50
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_imports_stand_at_the_top() -> None:
    found = [
        place(path, inner)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_exceptions_are_caught_by_name() -> None:
    blind = {"Exception", "BaseException"}
    found = [
        place(path, node)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in blind))
        and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in node.body)
    ]
    assert found == []


def test_every_module_says_what_it_is() -> None:
    silent = [str(path) for path, tree in trees() if not ast.get_docstring(tree)]
    assert silent == []


def test_names_say_something() -> None:
    found = []
    for path, tree in trees():
        defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        nodes = [node for node in ast.walk(tree) if isinstance(node, defined)]
        names = [(path.stem, str(path)), *((node.name, place(path, node)) for node in nodes)]
        for name, where in names:
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
            if EMPTY_NOUNS & set(words) or (name.islower() and words[0] in EMPTY_VERBS):
                found.append(f"{where} {name}")
    assert found == []


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["dynamic"] == ["version"]
    assert "version" not in project
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_each_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = list(project["project"]["dependencies"])
    for group in project["dependency-groups"].values():
        wanted += [entry for entry in group if isinstance(entry, str)]
    names = {re.split(r"[\[<>=;~! ]", entry)[0].lower() for entry in wanted}
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    reasons = set(re.findall(r"^\| `([^`]+)` \| \S", page, re.MULTILINE))
    assert reasons == names


@pytest.mark.parametrize(("name", "least"), [("runtime.txt", 20), ("dev.txt", 20), ("pip.txt", 1)])
def test_pinned_packages_have_hashes_and_no_addresses(name: str, least: int) -> None:
    lock = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][^ ]*==(?:.*\\\n)*.*", lock, re.MULTILINE)
    assert len(pins) >= least
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in lock


def test_no_path_of_a_machine_and_no_registry_is_named() -> None:
    banned = re.compile(
        r"/(?:home|root|work|farm|Users)/[a-z]|(?:files\.pythonhosted|pypi|npmjs|debian)\.(?:org|com)"
    )
    found = []
    for path in tracked_files():
        if path == Path(__file__) or path.suffix in {".png", ".svg", ".db"}:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if banned.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_decisions_are_listed() -> None:
    folder = ROOT / "docs/decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    pages = [path.name for path in folder.glob("[0-9]*.md")]
    assert pages
    assert [name for name in pages if name not in listed] == []


def test_links_in_the_documents_lead_somewhere() -> None:
    lost = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        lost += [f"{page.name} -> {name}" for name in targets if not (page.parent / name).exists()]
    assert lost == []


def test_the_page_of_settings_is_made_from_the_settings() -> None:
    written = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert written == settings_reference(), "run: make docs"


def test_tests_mirror_the_source() -> None:
    ours = {"e2e", "docs", "pages"}
    folders = {
        path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")
    }
    strangers = [
        str(folder)
        for folder in folders
        if folder.parts and folder.parts[0] not in ours and not (SOURCE / folder).is_dir()
    ]
    assert strangers == []


@pytest.fixture
def copy_of_the_house(tmp_path: Path) -> Path:
    for name in ("src", "docs", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "tests").mkdir()
    shutil.copy(__file__, tmp_path / "tests/test_house.py")
    return tmp_path


def gate(house: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    programs = Path(sys.executable).parent
    return subprocess.run(
        [str(programs / command[0]), *command[1:]],
        cwd=house,
        env={"PATH": f"{programs}:/usr/bin:/bin", "PYTHONPATH": str(house / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def house_rule(house: Path, name: str) -> "subprocess.CompletedProcess[str]":
    return gate(house, "pytest", "-q", "-p", "no:cacheprovider", f"tests/test_house.py::{name}")


def test_the_gate_bites_when_a_layer_is_broken(copy_of_the_house: Path) -> None:
    assert gate(copy_of_the_house, "lint-imports").returncode == 0
    module = copy_of_the_house / "src/wattledger/domain/instant.py"
    module.write_text(module.read_text("utf-8") + "\nimport wattledger.store.tables\n", "utf-8")
    broken = gate(copy_of_the_house, "lint-imports")
    assert broken.returncode == 1
    assert "imports point down BROKEN" in broken.stdout


def test_the_gate_bites_when_a_package_has_no_layer(copy_of_the_house: Path) -> None:
    room = copy_of_the_house / "src/wattledger/attic"
    room.mkdir()
    (room / "__init__.py").write_text('"""A room nobody planned."""\n', encoding="utf-8")
    assert gate(copy_of_the_house, "lint-imports").returncode == 1


@pytest.mark.parametrize(
    "line", ["HALF = 0.5", "def half(a: int) -> int: return int(a / 2)", "from math import sqrt"]
)
def test_the_gate_bites_when_the_domain_gets_a_float(copy_of_the_house: Path, line: str) -> None:
    rule = "test_the_domain_knows_no_binary_fractions"
    assert house_rule(copy_of_the_house, rule).returncode == 0
    module = copy_of_the_house / "src/wattledger/domain/instant.py"
    module.write_text(module.read_text("utf-8") + f"\n{line}\n", "utf-8")
    assert house_rule(copy_of_the_house, rule).returncode == 1


def test_the_gate_bites_when_a_module_has_401_lines(copy_of_the_house: Path) -> None:
    module = copy_of_the_house / "src/wattledger/clock.py"
    lines = module.read_text("utf-8").splitlines()
    filler = ["# longer"] * (LONGEST + 1 - len(lines))
    module.write_text("\n".join([*lines, *filler]) + "\n", "utf-8")
    assert house_rule(copy_of_the_house, "test_modules_are_short").returncode == 1


def test_the_gate_bites_when_a_function_is_too_complex(copy_of_the_house: Path) -> None:
    module = copy_of_the_house / "src/wattledger/clock.py"
    branches = "".join(f"    if a == {n}:\n        return {n}\n" for n in range(10))
    module.write_text(
        module.read_text("utf-8") + f"\n\ndef knot(a: int) -> int:\n{branches}    return a\n",
        "utf-8",
    )
    refused = gate(copy_of_the_house, "ruff", "check", "--no-cache", str(module))
    assert refused.returncode == 1
    assert "C901" in refused.stdout


def test_the_gate_bites_when_a_type_is_missing(copy_of_the_house: Path) -> None:
    module = copy_of_the_house / "src/wattledger/version.py"
    module.write_text(module.read_text("utf-8") + "\n\ndef bare(a):\n    return a\n", "utf-8")
    refused = gate(copy_of_the_house, "mypy", "--cache-dir=mypy", str(module))
    assert refused.returncode == 1
    assert "no-untyped-def" in refused.stdout
