"""The Python interface: its names are frozen, documented, and cost nothing until they are used."""

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import scalesearch as ss

NAMES = [
    "Answer",
    "ArmMaps",
    "BuildError",
    "Coefficients",
    "ComparisonResult",
    "ConfigError",
    "Cost",
    "Count",
    "DataError",
    "FunctionNetwork",
    "Job",
    "Network",
    "Plan",
    "Resolution",
    "ScaleSearchError",
    "Score",
    "SearchResult",
    "Scaled",
    "StudyError",
    "StudyInfo",
    "StudyReport",
    "SweepResult",
    "TableNetwork",
    "build",
    "class_maps",
    "compare",
    "cost",
    "count",
    "load",
    "measure",
    "plan_comparison",
    "plan_grid",
    "plan_sweep",
    "redraw",
    "scale",
    "search",
    "studies",
    "sweep",
]
"""A name may be added. One that goes, or means something else, breaks what others wrote."""


def test_the_names_are_these() -> None:
    assert set(ss.__all__) == {"__version__", *NAMES}
    assert set(NAMES) <= set(dir(ss))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_has_a_docstring_of_its_own(name: str) -> None:
    value = getattr(ss, name)
    said = inspect.getdoc(value)
    assert said
    assert not said.startswith(f"{name}(")  # what a dataclass makes of its fields
    if inspect.isfunction(value):
        assert "Raises" in said or "errors otherwise as of" in said
        for parameter in inspect.signature(value).parameters.values():
            assert parameter.annotation is not parameter.empty


def test_type_checkers_see_the_same_names_in_the_same_places() -> None:
    tree = ast.parse(Path(ss.__file__).read_text(encoding="utf-8"))
    seen = {
        each.asname: str(node.module).removeprefix("scalesearch.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    }
    assert seen == ss._PLACES
    assert (Path(ss.__file__).parent / "py.typed").is_file()


def _fresh(code: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(Path(ss.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_importing_the_package_loads_nothing() -> None:
    before = "import sys; before = set(sys.modules); import scalesearch; "
    assert _fresh(f"{before} print(*(set(sys.modules) - before))") == "scalesearch"


def test_scaling_and_counting_a_table_load_no_library() -> None:
    code = """
import sys
import scalesearch as ss
ss.scale("efficientnet_b0", (1.2, 1.1, 1.15), phi=3)
ss.cost("efficientnet_b0", width=2)
heavy = "tensorflow keras numpy scipy pandas optuna plotly matplotlib rich typer".split()
print(*({name.partition(".")[0] for name in sys.modules} & set(heavy)))
"""
    assert _fresh(code) == ""


def test_a_room_of_the_same_name_does_not_hide_a_function() -> None:
    code = """
import scalesearch.studies.catalogue
import scalesearch as ss
from scalesearch.studies import settings
print(ss.studies("nowhere"), settings.__name__)
"""
    assert _fresh(code) == "[] scalesearch.studies.settings"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = ss.nothing
