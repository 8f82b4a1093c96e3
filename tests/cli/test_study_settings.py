"""The settings that each command pins its study to, read back as a value."""

import json
from pathlib import Path

import fake_arms
import pytest

from scalesearch.core.study_settings import Settings

OPTIONS = "--dataset digits --train 200 --validation 100 --epochs 1 --study mine"


@pytest.fixture(autouse=True)
def fake(run) -> None:
    run.train_by(fake_arms.trainer())


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (
            "grid --grid simplex --step 1",
            "baseline phi literal candidates coefficients proxy recipe data seed "
            "search_seeds regret trainings versions threads",
        ),
        (
            "compare --seeds 1 --coefficients paper",
            "kind baseline costs coefficients proxy recipe data seed seeds classes arms versions "
            "threads",
        ),
        (
            "sweep --seeds 1 --width 1.4",
            "kind baseline networks proxy recipe data seed seeds versions threads",
        ),
    ],
)
def test_a_study_keeps_its_fields_and_each_is_known(run, command: str, fields: str) -> None:
    answer = run(f"{command} {OPTIONS}")
    assert answer.code == 0, answer.err
    stored = json.loads(Path("results/mine/settings.json").read_text(encoding="utf-8"))
    settings = Settings.from_json(stored)
    assert (settings.kind, settings.unknown) == (command.split()[0], {})
    plain = settings.to_json()
    assert sorted(stored) == sorted(plain) == sorted(fields.split())
    assert json.loads(json.dumps(plain)) == stored
