"""What `grid` says and leaves at its end, with a trainer that trains nothing."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import fake_arms
import pytest

from scalesearch.config.coefficients import read_values, write_coefficients
from scalesearch.files.whole_files import scratch
from tests.places import ROOT

FAST = "--dataset digits --train 200 --validation 100 --epochs 1"
PLAIN = f"grid {FAST} --grid simplex --step 1 --study mine"
SMOOTHED = f"grid {FAST} --study mine"
FILE = Path("results/mine/coefficients.yaml")
ONE_SEED = """\
name: once
dataset: digits
train: 200
validation: 100
canvas: 36
resolution: 36
width: 0.25
depth: 0.5
finalists: 2
final_seeds: 1
simplex_step: 0.25
recipe: {epochs: 1, batch_size: 32, optimizer: adamw, learning_rate: 0.02}
"""


@pytest.fixture(autouse=True)
def fake(run) -> None:
    run.train_by(fake_arms.trainer())


def test_smoothing_is_told_where_it_chose_the_finalists(run) -> None:
    answer = run(SMOOTHED)
    assert answer.code == 0, answer.err
    assert "ranked by accuracies smoothed over the triangle of shares" in answer.out
    assert "smoothed" in answer.out.splitlines()[1].split()
    ranking = read_values(FILE)["ranking"]
    assert all(isinstance(row["top1_smoothed"], float) for row in ranking)


def test_nothing_is_called_smoothed_where_plain_means_chose_the_finalists(run) -> None:
    answer = run(PLAIN)
    assert answer.code == 0, answer.err
    assert "ranked by their mean accuracies" in " ".join(answer.out.split())
    assert "smoothed" not in answer.out
    assert {row["top1_smoothed"] for row in read_values(FILE)["ranking"]} == {None}


def test_with_one_seed_each_the_best_mean_among_the_finalists_wins_and_is_said_to(run) -> None:
    Path("once.yaml").write_text(ONE_SEED, encoding="utf-8")
    found = run("grid --profile once.yaml --json").json
    assert found["rule"] == (
        "With one seed each nothing can be told apart: train finalists on more. Of the 2 best of "
        "the search, ranked by accuracies smoothed over the triangle of shares, the best mean wins."
    )
    assert len(found["finalists"]) == 2
    assert found["top1_mean"] == max(row["top1_mean"] for row in found["finalists"])
    assert found["tie"]


@pytest.mark.parametrize("results", ["results", "some results"])
def test_the_next_command_as_typed_scales_by_this_very_study(run, results: str) -> None:
    newer = {"baseline": "efficientnet_b0", "alpha": 2, "beta": 1, "gamma": 1, "phi": 1}
    newer |= {"study": "newer", "created": "2100-01-01"}
    write_coefficients(Path(results) / "newer" / FILE.name, newer)
    answer = run(PLAIN, "--results", results)
    last = answer.out.splitlines()[-1]
    assert ("--results" in last) == (results != "results")
    program, *words = shlex.split(last.removeprefix("Next: "))
    assert program == "scalesearch"
    found = run("", *words, "--json").json
    assert (found["study"], found["alpha"]) == (
        "mine",
        read_values(Path(results) / "mine" / FILE.name)["alpha"],
    )


def _aged(**changes: object) -> None:
    """The study's file as if it had been written in 2020, with `changes`."""
    write_coefficients(FILE, read_values(FILE) | {"created": "2020-01-01T00:00:00+00:00"} | changes)


def test_a_finished_study_run_again_keeps_its_date_and_is_not_the_newest(run) -> None:
    run(PLAIN)
    _aged()
    run(PLAIN.replace("mine", "newer"))
    assert run(PLAIN).code == 0
    assert read_values(FILE)["created"] == "2020-01-01T00:00:00+00:00"
    assert run("scale --phi 1 --json").json["study"] == "newer"


@pytest.mark.parametrize("changes", [{"alpha": 1.23}, {"phi": 2}, {"gamma": "damaged"}])
def test_a_study_with_another_answer_than_before_has_a_new_date(run, changes: dict) -> None:
    run(PLAIN)
    _aged(**changes)
    assert run(PLAIN).code == 0
    assert read_values(FILE)["created"] > "2020-01-02"
    assert not changes.items() <= read_values(FILE).items()


@pytest.mark.parametrize("line", ["alpha: nan", "alpha: x", "top1_mean: [1]", "realised: 3"])
def test_a_damaged_answer_is_refused_by_report_and_mended_by_the_same_command(
    run, line: str
) -> None:
    run(PLAIN)
    whole = read_values(FILE)
    name = line.partition(":")[0]
    kept = {key: value for key, value in whole.items() if key != name}
    write_coefficients(FILE, kept)
    FILE.write_text(f"{FILE.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    answer = run("report mine")
    assert (answer.code, answer.out) == (2, "")
    assert f"`{name}` must be" in answer.err
    assert answer.err.startswith(f"Error: {FILE}, line ")
    assert answer.err.count("\n") == 1
    assert run(PLAIN).code == 0
    assert read_values(FILE)[name] == whole[name]
    assert run("report mine").code == 0


IN_ASCII = """
import sys, fake_arms
from scalesearch.cli.app import main
from scalesearch.config.shipped_files import find_profile
from scalesearch.files.whole_files import scratch
from scalesearch.executors.executor import SerialExecutor
main(lambda request: SerialExecutor(fake_arms.trainer()))
"""


def _in_ascii(*words: str) -> subprocess.CompletedProcess[str]:
    paths = (str(ROOT), str(Path(__file__).parent))
    more = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "ascii"}
    return subprocess.run(
        [sys.executable, "-c", IN_ASCII, *words],
        capture_output=True,
        text=True,
        env=os.environ | more,
        timeout=120,
        check=False,
    )


def test_an_answer_is_shown_where_output_has_no_plus_minus_sign_or_no_break_space() -> None:
    for arguments in (PLAIN, "report mine"):
        done = _in_ascii(*arguments.split())
        assert done.returncode == 0, done.stderr
        assert re.search(r"reached \d+\.\d % \+- \d", done.stdout)
        assert "?" not in done.stdout


def test_an_error_is_told_where_it_cannot_be_encoded() -> None:
    done = _in_ascii("report", "gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n")
    assert done.returncode == 2
    assert done.stderr == "Error: There is no study 'gr?n' under results.\n"


def test_what_a_killed_process_left_beside_the_prepared_images_is_swept(run) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    data = Path("results/.data")
    data.mkdir(parents=True)
    mine = scratch(data / "timings.json")
    left = data / mine.name.replace(f".{os.getpid()}.", f".{gone.pid}.")
    for file in (mine, left):
        file.write_text("half")
    assert run(PLAIN).code == 0
    assert not left.exists()
    assert mine.exists() or (data / "timings.json").exists()  # of a process that lives
