"""What is light loads no heavy library: short commands, plans, and the Python interface."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.modules import PACKAGE

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
