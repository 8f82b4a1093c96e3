"""Imports run one way and in no circle: cli -> experiments -> rooms -> config -> core -> errors."""

import ast
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import pytest

import scalesearch
from scalesearch.cli.app import COMMANDS

PACKAGE = Path(scalesearch.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
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
    "version": set(),
    "core": {"errors", "core"},
    "files": {"errors", "core", "files"},
    "config": BASE | {"config"},
    "source_code": BASE | {"config", "source_code"},
    **{room: BASE | {"config", room} for room in ROOMS - {"source_code"}},
    "experiments": BASE | ROOMS | {"config", "experiments", "version"},
    "cli": BASE | {"config", "experiments", "cli", "version"},
    "__main__": {"cli", "surroundings"},
    "": {"errors", "core", "studies", "experiments", "version"},
}
"""What each part may import of the package; "" has the names of the Python interface, lazily."""
EXCEPTIONS = {
    ("cli", "report"): "tables and answers are shown as they are written",
    ("cli", "search"): "the events of a study are shown as they come",
    ("cli", "studies"): "`studies` lists, moves and deletes what lies there",
    ("keras_models", "source_code"): "a Python function is known by its source",
    ("executors", "source_code"): "so is a trainer of the user's own",
    ("training", "source_code"): "a rehearsal tells a user's function apart from our own code",
    ("training", "keras_models"): "it trains the models that are built there",
    ("training", "data"): "it draws batches of prepared images",
    ("search", "studies"): "its driver is the only writer of a study",
    ("search", "executors"): "its driver hands tasks to an executor, by the protocol alone",
}
"""Which part may import which room beside those below it, and why."""
LIGHT = {*BASE, "config", "source_code", "executors"}
MAY_IMPORT_OUTSIDE = {part: set() for part in LIGHT} | {"config": {"yaml"}, "source_code": {"yaml"}}
NOUNS = {"counting", "halving", "listing", "scaling", "smoothing", "spelling", "training"}
"""Words of the field that end as participles do."""


def _module(file: Path) -> str:
    parts = ("scalesearch", *file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


MODULES = {_module(file): file for file in FILES}


def _imports(file: Path, root: Path = PACKAGE.parent) -> Iterator[str]:
    """Dotted names of all that a file imports: at its top, in functions, and for types alone.

    A module that is imported from its package is told whole, and else the module it comes from.
    """
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            folder = file.relative_to(root).parts[: -node.level] if node.level else ()
            module = ".".join((*folder, *([node.module] if node.module else [])))
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if whole in MODULES or module == "tests" else module


def _part(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    modules = [module for module in MODULES if _part(module) == part]
    assert modules
    exceptions = {other for room, other in EXCEPTIONS if room == part}
    found = {
        (module, name)
        for module in modules
        for name in _imports(MODULES[module])
        if name.split(".")[0] == "scalesearch" and _part(name) not in MAY_IMPORT[part] | exceptions
    }
    assert not found


def test_every_exception_is_made_use_of() -> None:
    used = {
        (_part(module), _part(name))
        for module, file in MODULES.items()
        for name in _imports(file)
        if name in MODULES
    }
    assert set(EXCEPTIONS) - used == set()


@pytest.mark.parametrize("part", sorted(LIGHT))
def test_the_light_parts_import_no_heavy_library(part: str) -> None:
    allowed = sys.stdlib_module_names | {"scalesearch"} | MAY_IMPORT_OUTSIDE[part]
    found = {
        (module, name)
        for module, file in MODULES.items()
        if _part(module) == part
        for name in _imports(file)
        if name.split(".")[0] not in allowed
    }
    assert not found


def test_every_file_belongs_to_a_part() -> None:
    assert {_part(module) for module in MODULES} == set(MAY_IMPORT)


def _circles(graph: Mapping[str, Set[str]]) -> list[set[str]]:
    """Strongly connected components of more than one node (Tarjan 1972)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        stack.append(node)
        for other in graph[node]:
            if other not in order:
                visit(other)
            if other in stack:
                lowest[node] = min(lowest[node], lowest[other])
        if lowest[node] == order[node]:
            place = stack.index(node)
            component = set(stack[place:])
            del stack[place:]
            if len(component) > 1:
                found.append(component)

    for node in graph:
        if node not in order:
            visit(node)
    return found


def test_circles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}
    assert sorted(map(sorted, _circles(graph))) == [["a", "b", "c"], ["d", "e"]]
    assert _circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module: {name for name in _imports(file) if name in MODULES and name != module}
        for module, file in MODULES.items()
    }
    assert _circles(graph) == []


def _names() -> list[str]:
    """Of modules and rooms, without their folders.

    A command's module bears the command's name, whatever what it calls is named: `cli.scale` and
    `core.scaling` are no twins.
    """
    commands = {f"scalesearch.cli.{name}" for name in COMMANDS}
    own = (module for module in MODULES if module not in commands and module[-2:] != "__")
    return [module.rpartition(".")[2] for module in own]


def test_no_two_modules_share_a_name() -> None:
    assert {name for name, count in Counter(_names()).items() if count > 1} == set()


def test_no_module_is_named_by_a_participle() -> None:
    """So that none is told from another by one, such as `plan`, `planned` and `planning`."""
    last = {name: name.rpartition("_")[2] for name in _names()}
    found = {name for name, word in last.items() if word.endswith(("ing", "ed"))}
    assert {name for name in found if last[name] not in NOUNS} == set()


def test_no_module_is_told_from_another_by_a_participle() -> None:
    stems = Counter(_stem(name) for name in set(_names()))
    assert {stem for stem, count in stems.items() if count > 1} == set()


def _stem(name: str) -> str:
    """The name without a participle's ending: `planning`, `planned` and `plan` have one stem."""
    for ending in ("ing", "ed"):
        if len(name) > len(ending) + 2 and name.endswith(ending):
            name = name.removesuffix(ending)
            return name[:-1] if name[-1] == name[-2] else name
    return name.removesuffix("e")


@pytest.mark.parametrize("program", ["tests.benchmarks", "tests.faults"])
def test_no_test_of_the_product_imports_a_program(program: str) -> None:
    tests = Path(__file__).parent
    own = {tests / "benchmarks", tests / "faults"}
    found = {
        str(file.relative_to(tests))
        for file in tests.rglob("*.py")
        if not own & set(file.parents)
        for name in _imports(file, tests.parent)
        if f"{name}.".startswith(f"{program}.")
    }
    assert not found


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
from scalesearch.cli.app import run
try:
    run({command.split()!r})
except SystemExit as left:
    assert not left.code, left.code
"""
    assert _loaded(code, kept_out, tmp_path) == []


@pytest.mark.parametrize(
    ("code", "kept_out"),
    [
        ("import scalesearch", f"{HEAVIER} typer yaml"),
        ("import scalesearch\nscalesearch.scale\nscalesearch.cost\nscalesearch.load", HEAVIER),
        ("import scalesearch\nscalesearch.plan_grid('efficientnet_b0', phi=1)", HEAVY),
        ("import scalesearch\nscalesearch.search", HEAVY),
    ],
)
def test_the_python_interface_loads_no_heavy_library_before_its_time(
    tmp_path: Path, code: str, kept_out: str
) -> None:
    assert _loaded(code, kept_out, tmp_path) == []


def _loaded(code: str, kept_out: str, folder: Path) -> list[str]:
    """Which of these libraries a fresh process has loaded after the code."""
    last = f"""
import sys
loaded = {{name.split(".")[0] for name in sys.modules}}
print("LOADED", *sorted(loaded & set({kept_out.split()!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code + last],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.splitlines()[-1].split()[1:]
