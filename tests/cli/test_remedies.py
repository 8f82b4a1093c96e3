"""What a message says to do, done to the letter, brings one past that message."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import fake_arms
import pytest
from PIL import Image

from scalesearch.config.shipped_files import find_profile

FAST = "--dataset digits --train 200 --validation 100 --epochs 1"
GRID = f"grid {FAST} --grid simplex --step 1"
COMPARE = f"compare {FAST} --seeds 1"
SWEEP = f"sweep {FAST} --seeds 1 --depth 2,3"
TINY = "--baseline tiny.yaml --profile plain.yaml"
TABLE = """\
name: tiny
resolution: 9
classes: 10
stages:
  - {block: conv, kernel: 3, stride: 2, channels: 8}
  - {block: mbconv, kernel: 3, stride: 1, channels: 8, repeats: 1, expand: 1}
"""
"""So small that most costs are missed."""


@pytest.fixture(autouse=True)
def train_by(run) -> Callable[..., None]:
    def use(trainer) -> None:
        run.train_by(trainer)

    fake_arms.TRAINED.clear()
    use(fake_arms.trainer())
    return use


@pytest.mark.parametrize(
    ("refused", "said", "followed"),
    [
        ("scale --phi 1 --study gone", "Leave --study out", ["scale --phi 1"]),
        ("scale --phi 1 --study gone", "run `scalesearch grid --study gone` to the end",
         [f"{GRID} --study gone", "scale --phi 1 --study gone"]),
        ("compare --dry-run --coefficients gone", "Leave --coefficients out",
         ["compare --dry-run"]),
        ("compare --dry-run --coefficients gone", "run `scalesearch grid --study gone` to the end",
         [f"{GRID} --study gone", "compare --dry-run --coefficients gone"]),
        ("report", "Run `scalesearch grid` to its end first", [GRID, "report"]),
        ("cam", "Run `scalesearch compare` first", [COMPARE, "cam"]),
        ("cam --study gone", "Run `scalesearch compare --study gone` first",
         [f"{COMPARE} --study gone", "cam --study gone"]),
        ("grid --dry-run --tolerance 0.2", "is for --grid box",
         ["grid --dry-run --tolerance 0.2 --grid box --step 0.2"]),
        ("grid --dry-run --tolerance 0.2", "Leave it out", ["grid --dry-run"]),
        ("grid --dry-run --step 0.3", "0.5, 0.25, 0.2, 0.125, 0.1", ["grid --dry-run --step 0.2"]),
        ("grid --dry-run --grid box --step 0.001", "Give a larger --step",
         ["grid --dry-run --grid box --step 0.1"]),
        ("grid --dry-run --grid box --step 0.001", "or narrower --alpha, --beta, --gamma",
         ["grid --dry-run --grid box --step 0.001 --alpha 1:1.6 --beta 1.1:1.1 "
          "--gamma 1.15:1.15 --tolerance 0.9"]),
        ("grid --dry-run --grid box --step 0.7 --alpha 3:4", "Widen the ranges",
         ["grid --dry-run --grid box --step 0.2 --alpha 1:4"]),
        ("grid --dry-run --grid box --step 0.7 --alpha 3:4", "Widen the ranges or --tolerance",
         ["grid --dry-run --grid box --step 0.4 --alpha 3:4 --tolerance 9"]),
        ("grid --dry-run --max-params 1M", "Raise the limit", ["grid --dry-run --max-params 1G"]),
        (f"grid --dry-run {TINY} --phi 0.3", "Take another --phi",
         [f"grid --dry-run {TINY} --phi 3"]),
        (f"grid --dry-run {TINY} --phi 0.3", "give --literal",
         [f"grid --dry-run {TINY} --phi 0.3 --literal"]),
        (f"compare --dry-run {TINY} --cost 1.3", "Ask for another --cost",
         [f"compare --dry-run {TINY} --cost 4"]),
        (f"compare --dry-run {TINY} --target-macs 50K", "Ask for another --target-macs",
         [f"compare --dry-run {TINY} --target-macs 35.6K"]),
        ("grid --dry-run --train 20", "Ask for more images", ["grid --dry-run --train 200"]),
        ("compare --dry-run --cost 2 --target-macs 1G", "give one", ["compare --dry-run --cost 2"]),
        ("sweep --dry-run --depth 2 --pair 1,1", "Leave one out", ["sweep --dry-run --pair 1,1"]),
        ("scale --phi 1 --strategy dWr --study x", "leave --study, --alpha, --beta and --gamma out",
         ["scale --phi 1 --strategy dWr"]),
        ("scale --official b3 --equal-cost", "--study, --strategy and --equal-cost out",
         ["scale --official b3"]),
        ("scale --phi 1 --explain", "such as --official b3 --explain",
         ["scale --official b3 --explain"]),
        ("scale --phi 1 --alpha 1.2", "Missing: --beta, --gamma",
         ["scale --phi 1 --alpha 1.2 --beta 1.1 --gamma 1.1"]),
        ("scale --phi 1 --family", "Give one of --phi, --family", ["scale --family"]),
        ("scale --phi 5000", "Give a phi nearer to 0", ["scale --phi 6"]),
        ("scale --baseline tiny.yaml --phi 1 --equal-cost --strategy depth", "Give another phi",
         ["scale --baseline tiny.yaml --phi 2 --equal-cost --strategy depth"]),
        ("scale --baseline tiny.yaml --phi 1 --equal-cost --strategy depth",
         "leave --equal-cost out", ["scale --baseline tiny.yaml --phi 1 --strategy depth"]),
        ("cost efficientnet_b0 --official b1 --depth 2", "leave --depth, --width and --resolution",
         ["cost efficientnet_b0 --official b1"]),
        (f"{GRID} --results taken", "Give a folder that you may write to by --results",
         [f"{GRID} --results other"]),
    ],
)  # fmt: skip
def test_options_are_given_as_it_is_said(run, refused: str, said: str, followed: list[str]) -> None:
    Path("taken").write_text("no folder")
    Path("tiny.yaml").write_text(TABLE)
    quick = find_profile("quick").read_text(encoding="utf-8")
    for field, value in (("resolution", 9), ("width", 1), ("depth", 1), ("drop_strides", 0)):
        quick = re.sub(rf"^{field}: [\d.]+", f"{field}: {value}", quick, flags=re.MULTILINE)
    Path("plain.yaml").write_text(quick)
    answer = run(refused)
    assert answer.code == 2
    assert said in answer.err
    for line in followed:
        answer = run(line)
        assert answer.code == 0, (line, answer.err)


def damage(name: str, text: str = "no such thing"):
    return lambda: Path("results/mine", name).write_text(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "spoilt", "refused", "said", "followed"),
    [
        (GRID, damage("trials.csv"), "report mine",
         "Run the same `scalesearch grid` command again to write it anew",
         [f"{GRID} --study mine", "report mine"]),
        (GRID, damage("coefficients.yaml", "phi: x"), "report mine",
         "Run the same `scalesearch grid` command again to write it anew",
         [f"{GRID} --study mine", "report mine"]),
        (COMPARE, lambda: None, "report mine", "run the same command again for it",
         [f"{COMPARE} --study mine"]),
        (GRID, damage("study.db"), f"{GRID} --study mine", "Give another --study name",
         [f"{GRID} --study other"]),
        (GRID, damage("settings.json"), f"{GRID} --study mine", "Give another --study name",
         [f"{GRID} --study other"]),
        (GRID, lambda: Path("results/mine/settings.json").unlink(), f"{GRID} --study mine",
         "Give another --study name", [f"{GRID} --study other"]),
        (GRID, lambda: None, f"{GRID} --study mine --seed 3", "ask for those that this one has",
         [f"{GRID} --study mine --seed 0"]),
        (GRID, lambda: None, f"{GRID} --study mine --seed 3", "Give another --study name",
         [f"{GRID} --study other --seed 3"]),
        (GRID, lambda: None, f"{COMPARE} --study mine", "give another --study name",
         [f"{COMPARE} --study other"]),
        (COMPARE, lambda: shutil.rmtree("results/.data"), "cam --study mine",
         "Run its `scalesearch compare` again", [f"{COMPARE} --study mine", "cam"]),
        (COMPARE, damage("images.json"), "cam --study mine",
         "Compare again under another --study name", [f"{COMPARE} --study other",
                                                      "cam --study other"]),
        (COMPARE, lambda: shutil.rmtree("results/mine/weights"), "cam --study mine",
         "under another --study name", [f"{COMPARE} --study other", "cam --study other"]),
        (SWEEP, lambda: None, f"{SWEEP} --study mine --threads 2", "ask for those",
         [f"{SWEEP} --study mine --threads 1"]),
        (SWEEP, lambda: None, "studies delete mine", "Give --yes", ["studies delete mine --yes"]),
        (SWEEP, lambda: Path("a.tar.gz").touch(), "studies export mine a.tar.gz",
         "give --force", ["studies export mine a.tar.gz --force"]),
        (SWEEP, lambda: Path("a.tar.gz").touch(), "studies export mine a.tar.gz",
         "Name another", ["studies export mine b.tar.gz"]),
    ],
)  # fmt: skip
def test_a_study_comes_back_as_it_is_said(
    run, before: str, spoilt: Callable, refused: str, said: str, followed: list[str]
) -> None:
    assert run(f"{before} --study mine").code == 0
    spoilt()
    answer = run(refused)
    assert answer.code == 2, answer.out
    assert said in answer.err
    for line in followed:
        answer = run(line)
        assert answer.code == 0, (line, answer.err)


def test_an_import_that_is_there_already_takes_the_name_that_is_asked_for(run) -> None:
    assert run(f"{SWEEP} --study mine").code == 0
    assert run("studies export mine a.tar.gz").code == 0
    assert "Give another name: --name" in run("studies import a.tar.gz").err
    assert run("studies import a.tar.gz --name other").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", [GRID, COMPARE, SWEEP])
def test_where_all_trainings_failed_a_mended_profile_goes_on_under_the_same_name(
    run, train_by, command: str
) -> None:
    line = f"{command} --profile mine.yaml --study mine"
    profile = find_profile("quick").read_text(encoding="utf-8")
    Path("mine.yaml").write_text(profile)
    train_by(fake_arms.trainer(fail=lambda network: True))
    answer = run(line)
    assert answer.code == 2
    assert "Mend that and run the same command with --retry-failed." in answer.err
    assert run(line).code == 2  # it is not tried again unasked
    train_by(fake_arms.trainer())
    Path("mine.yaml").write_text(profile.replace("batch_size: ", "batch_size: 1"))
    answer = run(f"{line} --retry-failed")
    assert answer.code == 0, answer.err
    assert "begins anew with other settings:\n  recipe.batch_size: study has" in answer.err
    assert "failed" not in answer.out


@pytest.mark.slow
@pytest.mark.parametrize("command", [GRID, COMPARE, SWEEP])
def test_where_some_trainings_failed_both_ways_that_are_named_work(
    run, train_by, command: str
) -> None:
    few = {"done": 0}

    def trainer(spec, progress):
        few["done"] += 1
        if few["done"] > 1:
            raise MemoryError
        return fake_arms.trainer()(spec, progress)

    train_by(trainer)
    answer = run(f"{command} --study mine")
    assert answer.code == 2
    assert "run the same command with --retry-failed: what is finished is kept." in answer.err
    assert "give another --study name besides" in answer.err
    train_by(fake_arms.trainer())
    assert run(f"{command} --study mine --retry-failed --train 150").code == 2
    assert run(f"{command} --study other --retry-failed --train 150").code == 0
    assert run(f"{command} --study mine --retry-failed").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("failed", [False, True])
def test_images_that_were_changed_take_another_study_unless_nothing_was_trained_on_them(
    run, train_by, failed: bool
) -> None:
    for place in ("a", "b"):
        Path("photos", place).mkdir(parents=True)
        for index in range(60):
            Image.new("RGB", (40, 40), (index, 9, 9)).save(Path("photos", place, f"{index}.png"))
    line = "sweep --dataset folder:photos --train 64 --validation 20 --epochs 1 --seeds 1 --depth 2"
    train_by(fake_arms.trainer(fail=lambda network: failed))
    assert run(f"{line} --study mine").code == (2 if failed else 0)
    Image.new("RGB", (40, 40), (200, 9, 9)).save(Path("photos", "a", "0.png"))
    train_by(fake_arms.trainer())
    answer = run(f"{line} --study mine --retry-failed")
    if failed:
        assert answer.code == 0, answer.err
        return
    assert answer.code == 2
    assert "Give another --study name" in answer.err
    assert run(f"{line} --study other").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", [GRID, COMPARE])
def test_trainings_that_were_too_short_are_made_longer_as_it_is_said(
    run, train_by, command: str
) -> None:
    def trainer(spec, progress):
        result = fake_arms.trainer()(spec, progress)
        return {**result, "top1": 1 - result["top1"]}

    train_by(trainer)
    answer = run(f"{command} --study mine")
    assert "Train for more epochs, or on more images under another study name" in (
        answer.out + answer.err
    )
    longer = run(command.replace("--epochs 1", "--epochs 2") + " --study mine")
    assert longer.code == 0, longer.err
    assert run(command.replace("--train 200", "--train 300") + " --study other").code == 0


@pytest.mark.slow
def test_a_measured_table_that_was_spoilt_is_measured_again(run, monkeypatch) -> None:
    from scalesearch.experiments import search_latency

    timing = {"median": 0.001, "quartile_low": 0.001, "quartile_high": 0.001, "runs": 10}
    measured = {
        "latency_seconds": timing, "images_per_second": timing, "batch": 32, "device": "CPU",
        "peak_memory_bytes": 1, "memory_before_bytes": 1, "gpu_peak_memory_bytes": None,
    }  # fmt: skip
    monkeypatch.setattr(search_latency, "measure_spec", lambda *_: measured)
    line = f"{GRID} --study mine --max-latency 40"
    assert run(line).code == 0
    damage("measured.csv")()
    answer = run(line)
    assert answer.code == 2
    assert "Remove it, and the networks are measured again." in answer.err
    Path("results/mine/measured.csv").unlink()
    assert run(line).code == 0
