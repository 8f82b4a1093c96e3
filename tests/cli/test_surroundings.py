"""What a notebook, a configuration file or a shell says changes no result and breaks no command."""

import csv
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.observed.search import FAKE, STUDY, command
from tests.places import ROOT

BROKEN_KERAS = {
    "backend": "torch", "floatx": "bfloat16", "epsilon": 1, "image_data_format": "channels_first",
}  # fmt: skip
HOSTILE = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "KERAS_BACKEND": "jax",
    "KERAS_NNX_ENABLED": "1",
    "KERAS_MAX_EPOCHS": "few",
    "TF_USE_LEGACY_KERAS": "1",
    "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "cpp",
    "TF2_BEHAVIOR": "0",
    "TF_XLA_FLAGS": "--tf_xla_auto_jit=2",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "XLA_FLAGS": "--xla_of_another_version=3",
    "ONEDNN_DEFAULT_FPMATH_MODE": "BF16",
    "NPY_ENABLE_CPU_FEATURES": "AVX2",
    "NPY_DISABLE_CPU_FEATURES": "AVX2",
    "SKLEARN_WORKING_MEMORY": "much",
    "PLOTLY_RENDERER": "none such",
    "PANDAS_FUTURE_INFER_STRING": "0",
    "PYTHONWARNINGS": "error",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii",
    "LC_ALL": "C",
    "COLUMNS": "3",
    "TERM": "dumb",
    "FORCE_COLOR": "1",
}
"""Some kill a library at its import, others change numbers or pictures."""
MATPLOTLIBRC = b"text.usetex: True\nfont.size: 40\nfigure.dpi: 20\nbackend: none\n\xff\xfe\n"
TIMES = {"seconds", "images_per_second", "peak_memory"}

Run = Callable[..., subprocess.CompletedProcess]


def _hostile(folder: Path) -> dict[str, str]:
    """An environment, and files in the current folder and at home, that say all of it."""
    home = folder / "home"
    for name in ("matplotlibrc", "home/.config/matplotlib/matplotlibrc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(MATPLOTLIBRC)
    for name in ("json", "queue", "statistics"):  # a user's own modules beside the data
        (folder / f"{name}.py").write_text("raise SystemExit('of the user')\n", encoding="utf-8")
    (home / ".keras").mkdir()
    (home / ".keras" / "keras.json").write_text(json.dumps(BROKEN_KERAS), encoding="utf-8")
    return HOSTILE | {"HOME": str(home), "PYTHONPATH": str(ROOT)}


def _scalesearch(
    line: str, redirected: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess:
    """The command as installed, which does not look into the current folder for its modules."""
    start = "from scalesearch.__main__ import main; main()"
    program = shlex.join([sys.executable, "-P", "-c", start, *line.split()])
    return subprocess.run(
        ["bash", "-c", f"exec {program} {redirected}"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _searched(folder: Path, redirected: str, environment: dict[str, str]) -> int:
    """The exit code of a whole search with a trainer that needs no TensorFlow."""
    (folder / "faults.yaml").write_text(FAKE.profile, encoding="utf-8")
    program = shlex.join([sys.executable, "-P", "-m", "tests.observed.driver", *command()])
    with open(folder / "told", "wb") as told:
        done = subprocess.run(
            ["bash", "-c", f"exec {program} {redirected}"],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "FAULTS_TELL": str(told.fileno()),
                "FAULTS_TRAINER": FAKE.function,
                "FAULTS_NAP": "0",
                **environment,
            },
            pass_fds=(told.fileno(),),
            capture_output=True,
            timeout=600,
            check=False,
        )
    assert b"Traceback" not in done.stderr
    return done.returncode


def _result(study: Path) -> tuple[list[dict[str, str]], bytes]:
    """The table without times, and the picture."""
    rows = list(csv.DictReader((study / "trials.csv").open(encoding="utf-8")))
    kept = [{name: row[name] for name in row.keys() - TIMES} for row in rows]
    return kept, (study / "pareto.png").read_bytes()


@pytest.mark.slow
def test_a_search_in_hostile_surroundings_gives_the_same_table_and_picture(folder: Path) -> None:
    """Its output cannot be shown either: all streams are closed, or full."""
    clean, hostile, full = folder / "clean", folder / "hostile", folder / "full"
    for place in (clean, hostile, full):
        place.mkdir()
    assert _searched(clean, "", {}) == 0
    surroundings = _hostile(hostile) | {"PYTHONOPTIMIZE": "2"}
    assert _searched(hostile, "<&- >&- 2>&-", surroundings) == 0
    assert _searched(full, ">/dev/full 2>/dev/full", {}) == 2  # for its answer is not told
    expected = _result(clean / "results" / STUDY)
    assert _result(hostile / "results" / STUDY) == expected
    assert _result(full / "results" / STUDY) == expected


FACTS = """
import json, os, warnings
import keras
import matplotlib
from keras import layers


def build(depth, width, resolution=32, classes=10):
    facts = [keras.config.backend(), keras.config.floatx(), keras.config.epsilon(),
             keras.config.image_data_format(), keras.config.dtype_policy().name,
             keras.src.backend.config.keras_home(), matplotlib.rcParams["font.size"]]
    json.dump(facts, open("facts", "w"))
    x = image = keras.Input((resolution, resolution, 3))
    x = layers.Conv2D(max(1, round(16 * width)), 3)(x)
    for _ in range(max(1, round(2 * depth))):
        x = layers.Conv2D(max(1, round(16 * width)), 3, padding="same")(x)
    return keras.Model(image, layers.Dense(classes)(layers.GlobalAveragePooling2D()(x)))
"""


@pytest.mark.slow
def test_keras_comes_with_its_defaults_and_its_downloads_stay_where_they_were(folder: Path) -> None:
    (folder / "mynet.py").write_text(FACTS, encoding="utf-8")
    environment = _hostile(folder) | {"KERAS_HOME": str(folder / "home" / ".keras")}
    for name in ("json", "queue", "statistics"):  # a function's folder is looked into first
        (folder / f"{name}.py").unlink()
    done = _scalesearch("cost mynet:build --json", "", environment)
    assert done.returncode == 0, done.stderr
    first, further, last = 16 * 3 * 9 + 16, 16 * 16 * 9 + 16, 16 * 10 + 10
    assert json.loads(done.stdout)["params"] == first + 2 * further + last
    assert json.loads((folder / "facts").read_text()) == [
        "tensorflow", "float32", 1e-7, "channels_last", "float32", str(folder / "home" / ".keras"),
        10.0,
    ]  # fmt: skip


def test_a_process_of_trainings_starts_whatever_keras_json_says(folder: Path) -> None:
    """TensorFlow, which such a process imports before Keras, asserts what that file says.

    Python without -O: it would strip what ended the process.
    """
    code = "from scalesearch.surroundings import settle; settle()\n"
    code += "import tensorflow, keras; print(keras.config.floatx(), keras.config.epsilon())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=os.environ | _hostile(folder) | {"PYTHONOPTIMIZE": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["float32", "1e-07"]


@pytest.mark.slow
def test_a_table_is_measured_in_hostile_surroundings(folder: Path) -> None:
    done = _scalesearch(
        "cost efficientnet_b0 --resolution 32 --measure --batch 1 --json", "", _hostile(folder)
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["measured"]["latency_seconds"]["median"] > 0


@pytest.mark.slow
def test_real_trainings_give_the_same_weights(folder: Path) -> None:
    line = "grid --phi 1 --dataset digits --train 60 --validation 20 --epochs 1 --workers 1 "
    line += "--step 1 --study"
    assert _scalesearch(f"{line} clean").returncode == 0
    assert _scalesearch(f"{line} hostile", ">&-", _hostile(folder)).returncode == 0
    expected, found = (_result(folder / "results" / name) for name in ("clean", "hostile"))
    assert all(row["weights"].startswith("sha256:") for row in expected[0])
    assert found == expected


@pytest.mark.parametrize(
    ("line", "redirected", "code", "said"),
    [
        ("scale --phi 3", ">&-", 0, ""),
        ("scale --phi 3", "<&- >&- 2>&-", 0, ""),
        ("scale --phi 3", ">/dev/full", 2, "Standard output cannot be written: No space left on"),
        ("scale --phi 3", ">/dev/full 2>/dev/full", 2, ""),
        ("scale --phi 3", "2>&-", 0, ""),
        ("scale --phi 3 --debug", "</dev/null 1</dev/null", 2, "written: Bad file descriptor."),
        ("scale --family --json", "> >(head -1 >/dev/null)", 0, ""),
    ],
)
def test_what_cannot_be_shown_is_done_all_the_same(
    folder: Path, line: str, redirected: str, code: int, said: str
) -> None:
    done = _scalesearch(line, redirected)
    assert done.returncode == code
    assert said in done.stderr
    assert bool(said) == bool(done.stderr)
    assert list((folder / "configs" / "scaled").glob("*.yaml"))


@pytest.mark.parametrize(
    ("line", "redirected", "code"),
    [
        ("cost nope", ">&-", 2),
        ("cost nope", "2>&-", 2),
        ("--help", ">&-", 0),
        ("--help", ">/dev/full", 2),
        ("--version", ">/dev/full", 2),
        ("studies delete nope", "<&-", 2),
    ],
)
def test_messages_and_help_have_their_exit_code_whoever_hears_them(
    folder: Path, line: str, redirected: str, code: int
) -> None:
    done = _scalesearch(line, redirected)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
