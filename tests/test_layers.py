"""Imports run one way: cli -> experiments -> rooms -> config -> core -> errors."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scalesearch

PACKAGE = Path(scalesearch.__file__).parent
BASE = {"errors", "surroundings", "files", "core"}
ROOMS = {
    "source_code",
    "data",
    "training",
    "keras_models",
    "studies",
    "search",
    "executors",
    "report",
}
MAY_IMPORT = {
    "errors": set(),
    "surroundings": set(),
    "core": {"errors", "core"},
    "files": {"errors", "core", "files"},
    "config": BASE | {"config"},
    "source_code": BASE | {"config", "source_code"},
    "data": BASE | {"config", "data"},
    "keras_models": BASE | {"config", "keras_models", "source_code"},
    "training": BASE | {"config", "training", "data", "keras_models", "source_code"},
    "studies": BASE | {"config", "studies"},
    "executors": BASE | {"config", "executors", "source_code"},
    "search": BASE | {"config", "search", "studies", "executors"},
    "report": BASE | {"config", "report"},
    "version": set(),
    "experiments": BASE | ROOMS | {"config", "experiments", "version"},
    "cli": BASE | ROOMS | {"config", "experiments", "cli", "version"},
    "__main__": {"cli", "surroundings"},
    "": {"errors", "core", "studies", "experiments", "version"},
}
"""What each part may import of the package; "" has the names of the Python interface, lazily."""
LIGHT = {*BASE, "config", "source_code", "executors"}
MAY_IMPORT_OUTSIDE = {part: set() for part in LIGHT} | {"config": {"yaml"}, "source_code": {"yaml"}}


def _imports(file: Path) -> Iterator[str]:
    """Dotted names of all that a file imports, at its top and inside its functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}, line {node.lineno}: imports are absolute"
            inside = node.module == "scalesearch"
            yield from (
                (f"{node.module}.{alias.name}" for alias in node.names)
                if inside
                else (str(node.module),)
            )


def _part(file: Path) -> str:
    first = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def _imported_part(name: str) -> str:
    second = name.split(".")[1] if "." in name else ""
    return "" if second.startswith("__") else second


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    files = [file for file in PACKAGE.rglob("*.py") if _part(file) == part]
    assert files
    found = {
        (str(file.relative_to(PACKAGE)), name)
        for file in files
        for name in _imports(file)
        if name.split(".")[0] == "scalesearch" and _imported_part(name) not in MAY_IMPORT[part]
    }
    assert not found


PROGRAMS = ("benchmarks", "faults")
"""Programs beside the tests, with tests of their own among them."""


def test_no_test_of_the_product_imports_from_a_program() -> None:
    tests = Path(__file__).parent
    files = [f for f in tests.rglob("*.py") if f.relative_to(tests).parts[0] not in PROGRAMS]
    found = {
        (str(file.relative_to(tests)), program)
        for file in files
        for program in PROGRAMS
        if re.search(rf"^\s*(from|import) tests\.{program}\b", file.read_text("utf-8"), re.M)
    }
    assert not found


@pytest.mark.parametrize("part", sorted(LIGHT))
def test_the_light_parts_import_no_heavy_library(part: str) -> None:
    allowed = sys.stdlib_module_names | {"scalesearch"} | MAY_IMPORT_OUTSIDE[part]
    files = [file for file in PACKAGE.rglob("*.py") if _part(file) == part]
    found = {
        (str(file.relative_to(PACKAGE)), name)
        for file in files
        for name in _imports(file)
        if name.split(".")[0] not in allowed
    }
    assert not found


def test_every_file_belongs_to_a_part() -> None:
    assert {_part(file) for file in PACKAGE.rglob("*.py")} == set(MAY_IMPORT)


KINDS_OF_NETWORKS = {"TableNetwork", "FunctionNetwork"}
PICK_BY_KIND = {
    "experiments/network_kinds.py": "what the use cases do differently",
    "training/backends.py": "how each kind is trained",
    "keras_models/network_models.py": "how its Keras model is built",
}
"""The only files that ask which kind a network is, and what for: one table in each."""


def _questions(tree: ast.AST) -> Iterator[int]:
    """The lines that tell networks apart by their class."""

    def named(*nodes: ast.AST | None) -> bool:
        found = (each for node in nodes if node for each in ast.walk(node))
        names = {each.id for each in found if isinstance(each, ast.Name)}
        return not names.isdisjoint(KINDS_OF_NETWORKS)

    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("isinstance" | "issubclass"), args=[_, kinds]):
                asks = named(kinds)
            case ast.Compare(left, _, others):
                asks = named(left, *others)
            case ast.Dict(keys):
                asks = named(*keys)
            case ast.match_case(ast.MatchClass(kind)):
                asks = named(kind)
            case _:
                asks = False
        if asks:
            yield getattr(node, "lineno", 0)


@pytest.mark.parametrize(
    "code",
    [
        "isinstance(network, str | TableNetwork)",
        "issubclass(kind, (int, FunctionNetwork))",
        "type(network) is not FunctionNetwork",
        "{TableNetwork: 1}[type(network)]",
        "match network:\n    case TableNetwork():\n        pass",
    ],
)
def test_the_ways_to_ask_for_a_kind_of_network_are_known(code: str) -> None:
    assert len(list(_questions(ast.parse(code)))) == 1


def test_nobody_but_the_tables_of_kinds_asks_which_kind_a_network_is() -> None:
    asking = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if any(_questions(ast.parse(file.read_text(encoding="utf-8"))))
    }
    assert asking == set(PICK_BY_KIND)


HEAVY = "tensorflow keras pandas optuna plotly matplotlib"
HEAVIER = f"{HEAVY} numpy scipy sklearn rich"


@pytest.mark.parametrize(
    ("command", "kept_out"),
    [
        ("scale --phi 3", HEAVIER),
        ("cost efficientnet_b0", HEAVIER),
        ("grid --dry-run", HEAVY),  # its data may be looked at: numpy and scikit-learn
        ("grid --dry-run --dataset digits", HEAVY),
        ("grid --help", HEAVIER),
        ("compare --dry-run --published", HEAVY),
        ("sweep --dry-run --pair 2,1.3", HEAVY),
        ("cam --help", HEAVIER),
        ("studies", HEAVIER),
        ("studies --help", HEAVIER),
    ],
)
def test_a_light_command_loads_no_heavy_library(
    tmp_path: Path, command: str, kept_out: str
) -> None:
    code = f"""
import sys
from scalesearch.cli.app import run
try:
    run({command.split()!r})
except SystemExit as left:
    assert not left.code, left.code
loaded = {{name.split(".")[0] for name in sys.modules}}
print("LOADED", sorted(loaded & set({kept_out.split()!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "LOADED []"
