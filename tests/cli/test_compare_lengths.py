"""`compare` at several lengths and with controls, with a trainer that trains nothing."""

import csv
import json
from functools import partial
from pathlib import Path

import fake_arms
import numpy as np
import pytest
from matplotlib.image import imread

from scalesearch.config.profiles import read_profile
from scalesearch.studies.settings import read_settings

FAST = "--dataset digits --train 200 --validation 100 --study mine"
STUDY = Path("results/mine")
PER_DOUBLING = 0.03
"""What a doubling of the epochs brings depth in these trainings beyond the others."""


def more(network, spec, deep=(), low=0.0):
    """The network of repeats `deep` gains with length; rates below `low` lose; noise of 0.5."""
    recipe = spec["recipe"]
    what = (
        network.resolution.longer,
        sum(network.repeats),
        sum(stage.channels for stage in network.stages),
    )
    rng = np.random.default_rng([*what, spec["seed"], recipe["epochs"]])
    found = 0.005 * rng.normal()
    if tuple(network.repeats) == tuple(deep):
        found += PER_DOUBLING * np.log2(recipe["epochs"])
    if "informed" in recipe:
        found -= 0.1
    return found - 0.1 * (recipe["learning_rate"] < low)


@pytest.fixture
def deep(run):
    """Repeats of depth alone."""
    arms = run(f"compare {FAST} --dry-run --json").json["arms"]
    (repeats,) = (arm["proxy"]["repeats"] for arm in arms if arm["method"] == "depth")
    return repeats


@pytest.fixture
def fake(run, deep):
    fake_arms.TRAINED.clear()
    run.train_by(fake_arms.trainer(more=partial(more, deep=deep)))
    return fake_arms.TRAINED


def test_each_arm_has_a_row_at_each_length_and_depth_is_seen_to_gain(run, fake):
    found = run(f"compare {FAST} --epochs 8,2 --seeds 3 --json").json
    assert found["epochs"] == [2, 8]
    assert found["trainings"] == len(fake) == 2 * 5 * 3
    assert [arm["epochs"] for arm in found["arms"]] == [2] * 5 + [8] * 5
    depth, *others = found["slopes"]
    assert (depth["method"], depth["shortest"], depth["longest"]) == ("depth", 2, 8)
    assert depth["slope"] == pytest.approx(PER_DOUBLING, abs=0.01)
    assert 0 < depth["low"] < depth["slope"] < depth["high"]
    assert all(each["slope"] < 0.01 for each in others)
    text = run(f"compare {FAST} --epochs 2,8 --seeds 3").out
    assert "From 2 to 8 epochs longer trainings favour depth x2" in text
    assert "Trainings of 2 epochs:" in text


def test_slopes_are_differences_of_differences_of_means(run, fake):
    found = run(f"compare {FAST} --epochs 2,8 --seeds 3 --json").json
    mean = {(arm["method"], arm["epochs"]): arm["top1_mean"] for arm in found["arms"]}
    for each in found["slopes"]:
        others = {"depth", "width", "resolution", "compound"} - {each["method"]}
        ahead = [
            mean[each["method"], epochs] - sum(mean[other, epochs] for other in others) / 3
            for epochs in (2, 8)
        ]
        assert each["slope"] == pytest.approx((ahead[1] - ahead[0]) / 2)


def test_tables_picture_and_page_hold_every_length(run, fake):
    assert run(f"compare {FAST} --epochs 2,8 --seeds 2").code == 0
    with open(STUDY / "compare.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["epochs"] for row in rows] == ["2"] * 5 + ["8"] * 5
    with open(STUDY / "compare_slopes.csv", newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 4
    one_length = 930
    assert imread(STUDY / "compare.png").shape[0] > one_length
    page = (STUDY / "compare.html").read_text(encoding="utf-8")
    for word in ("Trainings of 2 epochs", "Trainings of 8 epochs", "per doubling", "base64"):
        assert word in page


def test_more_lengths_and_controls_extend_a_comparison_and_train_nothing_twice(run, fake):
    run(f"compare {FAST} --epochs 8 --seeds 2")
    before = len(fake)
    answer = run(f"compare {FAST} --epochs 2,8 --seeds 2")
    assert "is extended: epochs 8 -> 2, 8." in answer.err
    assert len(fake) == 2 * before
    answer = run(f"compare {FAST} --epochs 2,8 --seeds 2 --controls")
    assert "is extended: controls are trained too." in answer.err
    assert len(fake) == 2 * (before + 2 * (4 * 2 + 1))
    longer = run(f"compare {FAST} --epochs 2,8,16 --seeds 2 --controls")
    assert "epochs 2, 8 -> 2, 8, 16" in longer.err
    assert len(fake) == 3 * (before + 2 * (4 * 2 + 1))
    kept = {path.name for path in (STUDY / "weights").iterdir()}
    cells = {arm["cell"] for arm in read_settings(STUDY)["arms"].values()}
    assert {f"{cell}_seed{seed}.npz" for cell in cells for seed in (0, 1)} <= kept
    looked = run("cam --study mine --json").json
    assert looked["arms"] == ["baseline", "depth x2", "width x2", "resolution x2", "compound x2"]


def test_less_than_a_study_has_is_refused(run, fake):
    run(f"compare {FAST} --epochs 2,8 --seeds 1")
    answer = run(f"compare {FAST} --epochs 8 --seeds 1")
    assert answer.code == 2
    assert "was made with other settings" in answer.err
    assert "epochs: study has" in answer.err


def test_controls_tell_the_best_rate_and_what_information_brings(run, fake):
    rate = read_profile("quick").recipe.learning_rate
    run.train_by(fake_arms.trainer(more=partial(more, low=0.75 * rate)))
    found = run(f"compare {FAST} --epochs 2 --seeds 3 --controls --json").json
    assert found["trainings"] == len(fake) == 3 * (5 + 2 * 4 + 1)
    assert [row["method"] for row in found["best_rates"]] == [
        "depth", "width", "resolution", "compound",
    ]  # fmt: skip
    assert all(row["rate"] in (1, 2) for row in found["best_rates"])
    (information,) = found["information"]
    assert information["difference"] == pytest.approx(0.1, abs=0.02)
    assert information["low"] > 0
    assert information["informed"] < information["pixels"]
    halves = [arm for arm in found["arms"] if arm["rate"] == 0.5]
    assert len(halves) == 4
    text = run(f"compare {FAST} --epochs 2 --seeds 3 --controls").out
    assert "information counts" in text
    assert "best of three learning rates" in text
    for name in ("compare_rates.csv", "compare_information.csv", "compare.png"):
        assert (STUDY / name).exists()


def test_a_dry_run_counts_trainings_of_every_length_and_control(run):
    one = run(f"compare {FAST} --dry-run --json --epochs 4").json
    two = run(f"compare {FAST} --dry-run --json --epochs 4,8").json
    every = run(f"compare {FAST} --dry-run --json --epochs 4,8 --controls").json
    assert (one["trainings"], two["trainings"], every["trainings"]) == (15, 30, 84)
    assert two["training_macs"] == 3 * one["training_macs"]
    assert len(every["arms"]) == 5
    assert [proof["seeds"] for proof in every["proofs"]] == [None, None]
    text = run(f"compare {FAST} --dry-run --epochs 4,8 --controls").out
    assert "4 and 8 epochs" in text
    assert "Controls: each arm also at half" in text
    assert "is not known before" in text


def test_the_noise_that_a_study_has_shown_says_how_many_seeds_prove_half_a_point(run, fake):
    found = run(f"compare {FAST} --epochs 2 --seeds 4 --json").json
    dry = run(f"compare {FAST.replace('mine', 'next')} --dry-run --json --epochs 2,4").json
    known, unknown = dry["proofs"]
    assert (known["study"], known["epochs"], unknown["noise"]) == ("mine", 2, None)
    variances = [arm["top1_std"] ** 2 for arm in found["arms"]]
    assert known["noise"] ** 2 == pytest.approx(sum(variances) / len(variances), rel=1e-3)
    limit = 2 * (known["noise"] * 2.8 / 0.005) ** 2
    assert limit <= known["seeds"] <= limit + 3
    other = run(f"compare {FAST.replace('200', '150')} --dry-run --json --epochs 2").json
    assert other["proofs"][0]["noise"] is None  # of other images


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("0", "whole numbers of at least 1"),
        ("3,", "whole numbers of at least 1"),
        ("3,x", "whole numbers of at least 1"),
        ("2.5", "whole numbers of at least 1"),
        (",".join(map(str, range(1, 13))), "must be at most 10 lengths. Got 12"),
    ],
)
def test_lengths_that_are_none_are_refused_in_a_sentence(run, option, said):
    answer = run(f"compare {FAST} --dry-run --epochs {option}")
    assert answer.code == 2
    assert said in answer.err


def test_settings_of_one_length_without_controls_are_what_they_were(run, fake):
    run(f"compare {FAST} --epochs 2 --seeds 1")
    settings = json.loads((STUDY / "settings.json").read_text(encoding="utf-8"))
    assert not {"epochs", "controls"} & set(settings)
    assert "informed" not in settings["recipe"]
