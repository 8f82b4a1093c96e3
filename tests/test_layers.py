"""Imports run one way and in no circle: cli -> experiments -> rooms -> config -> core -> errors."""

import sys
from collections.abc import Mapping, Set
from pathlib import Path

import pytest

from tests.modules import MODULES, imports

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
    **{room: BASE | {"config", room} for room in sorted(ROOMS - {"source_code"})},
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
        for name in imports(MODULES[module])
        if name.split(".")[0] == "scalesearch" and _part(name) not in MAY_IMPORT[part] | exceptions
    }
    assert not found


def test_every_exception_is_made_use_of() -> None:
    used = {
        (_part(module), _part(name))
        for module, file in MODULES.items()
        for name in imports(file)
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
        for name in imports(file)
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
        module: {name for name in imports(file) if name in MODULES and name != module}
        for module, file in MODULES.items()
    }
    assert _circles(graph) == []


@pytest.mark.parametrize("program", ["tests.benchmarks", "tests.faults"])
def test_no_test_of_the_product_imports_a_program(program: str) -> None:
    tests = Path(__file__).parent
    own = {tests / "benchmarks", tests / "faults"}
    found = {
        str(file.relative_to(tests))
        for file in tests.rglob("*.py")
        if not own & set(file.parents)
        for name in imports(file, tests.parent)
        if f"{name}.".startswith(f"{program}.")
    }
    assert not found
