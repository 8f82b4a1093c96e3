"""A tiny real comparison through the real command line, continued and then looked into."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import tiny_function
from matplotlib.image import imread
from PIL import Image

from tests.places import ROOT

COMPARE = "compare --dataset digits --train 200 --validation 100 --epochs 1 --seeds 2 --workers 1"

pytestmark = pytest.mark.slow


class Answer(NamedTuple):
    json: Any
    err: str


def call(line: str) -> Answer:
    done = subprocess.run(
        [sys.executable, "-m", "scalesearch", *line.split(), "--json"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Answer(json.loads(done.stdout), done.stderr)


def test_a_comparison_trains_keeps_its_weights_and_shows_where_they_look(folder: Path) -> None:
    answer = call(f"{COMPARE} --study mine")
    assert all(arm["seeds"] == 2 for arm in answer.json["arms"])
    study = Path("results/mine")
    assert len(list((study / "weights").glob("*.npz"))) == 10
    again = call(f"{COMPARE} --study mine")
    assert "10 of them done before" in again.err
    assert again.json == answer.json
    shown = call("cam --count 3")
    assert shown.err == ""
    assert len(shown.json["images"]) == 3
    for image in shown.json["images"]:
        assert len(image["arms"]) == 5
        assert all(0.1 <= arm["probability"] <= 1 for arm in image["arms"].values())
    assert imread(study / "cam.png").ndim == 3


NET = tiny_function.module(
    "x = layers.Dropout(0.1)(layers.GlobalAveragePooling2D()(x))",
    'return keras.Model(image, layers.Dense(classes, activation="softmax")(x))',
)


def test_a_function_is_compared_continued_and_looked_into(folder: Path) -> None:
    (folder / "tinynet.py").write_text(NET, encoding="utf-8")
    line = f"{COMPARE} --baseline tinynet:build"
    answer = call(line)
    assert [arm["failed"] for arm in answer.json["arms"]] == [0] * 5
    study = Path("results/compare_tinynet.build_quick_digits_x2")
    assert len(list((study / "weights").glob("*.npz"))) == 10
    again = call(line)
    assert "10 of them done before" in again.err
    assert again.json == answer.json
    shown = call("cam --count 12 --seed 2")
    assert len(shown.json["images"]) == 12
    for image in shown.json["images"]:
        assert all(0.1 <= arm["probability"] <= 1 for arm in image["arms"].values())
    assert imread(study / "cam.png").ndim == 3
    Image.new("RGB", (40, 30), (200, 10, 10)).save("red.png")
    named = call("cam red.png").json["images"]
    assert [image["name"] for image in named] == ["red.png"]
    assert all(arm["right"] is None for arm in named[0]["arms"].values())
