"""What `grid` says and leaves at its end, with a trainer that trains nothing."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import fake_arms
import pytest

from scalesearch.config.answer_file import read_answer
from scalesearch.config.coefficients import read_values, write_coefficients
from scalesearch.files.whole_files import scratch
from scalesearch.studies.study import read_records
from tests.places import ROOT

FAST = "--dataset digits --train 200 --validation 100 --epochs 1"
PLAIN = f"grid {FAST} --grid simplex --step 1 --study mine"
TRIANGLE = f"grid {FAST} --study mine"
FILE = Path("results/mine/coefficients.yaml")


@pytest.fixture(autouse=True)
def fake(run) -> None:
    run.train_by(fake_arms.trainer())


def test_the_answer_says_how_sure_it_is_and_what_more_would_bring(run) -> None:
    answer = run(TRIANGLE)
    assert answer.code == 0, answer.err
    found = read_answer(FILE)
    said = " ".join(answer.out.split())
    assert f"scale depth by {found.alpha:.3f}, width by {found.beta:.3f}" in said
    assert "below the best split of the budget" in said
    assert "With a probability of 95 % the best split lies in a region" in said
    assert "more trainings" in said
    assert "hold for trainings of" in said
    assert found.epochs == 1
    assert found.top1.low < found.top1.value < found.top1.high
    assert len(found.candidates) >= 6


def test_a_wider_network_that_is_better_is_named_at_equal_cost(run) -> None:
    """The fake trainer's score grows with the width."""
    run(TRIANGLE)
    found = read_answer(FILE)
    assert found.shares.width > 0.8
    assert found.realised.counted_ratio == pytest.approx(2, rel=0.05)
    assert found.beta == pytest.approx(2 ** (found.shares.width / 2))


def test_few_candidates_are_named_among_themselves(run) -> None:
    assert run(PLAIN).code == 0
    found = read_answer(FILE)
    assert found.names in {each.names for each in found.candidates}
    assert "Of the candidates, the cheapest is named" in found.rule


def test_a_lower_regret_goes_on_with_a_finished_study(run) -> None:
    assert run(f"{TRIANGLE} --regret 5").code == 0
    before = len(read_records(FILE.parent))
    answer = run(f"{TRIANGLE} --regret 0.001 --trainings {before + 7}")
    assert "is extended: regret 5 -> 0.001" in answer.err
    assert len(read_records(FILE.parent)) == before + 7
    assert read_answer(FILE).stopped_by == "trainings"
    assert read_answer(FILE).trainings == before + 7


def test_a_higher_regret_keeps_what_was_trained(run) -> None:
    run(f"{TRIANGLE} --regret 0.001 --trainings 20")
    before = read_answer(FILE)
    assert run(f"{TRIANGLE} --regret 5").code == 0
    after = read_answer(FILE)
    assert after.trainings == before.trainings == 20
    assert after.candidates == before.candidates
    assert after.stopped_by == "regret"


def test_a_limit_holds_for_the_named_point_too(run) -> None:
    """Width makes parameters, and the fake trainer likes width best."""
    free = run(TRIANGLE, "--json").json
    most = free["realised"]["params"] - 500_000
    found = run(TRIANGLE.replace("mine", "less"), "--max-params", str(most), "--json").json
    assert found["realised"]["params"] <= most
    assert found["expected_regret"] >= 0
    assert found["shares"]["width"] < free["shares"]["width"]


def test_an_answer_of_an_earlier_rule_is_concluded_anew_by_a_report(run) -> None:
    run(TRIANGLE)
    whole = read_values(FILE)
    kept = ("baseline", "study", "created", "phi", "profile", "dataset", "command", "settings")
    earlier = {name: whole[name] for name in kept}
    earlier |= {"alpha": 1.2, "beta": 1.1, "gamma": 1.15, "finalists": [], "tied_with": []}
    write_coefficients(FILE, earlier | {"top1_mean": 0.5})
    answer = run("report mine")
    assert answer.code == 0, answer.err
    anew = read_values(FILE)
    assert {**anew, "versions": None, "more": None} == {
        **whole, "versions": None, "more": None, "estimated_seconds": None, "search_seconds": None
    }  # fmt: skip


def test_a_study_of_an_earlier_rule_with_too_little_is_refused_in_a_sentence(run) -> None:
    run(TRIANGLE)
    values = read_values(FILE)
    earlier = {name: values[name] for name in ("baseline", "study", "created", "phi")}
    earlier |= {"alpha": 1.2, "beta": 1.1, "gamma": 1.15, "finalists": [], "tied_with": []}
    write_coefficients(FILE, earlier | {"top1_mean": 0.5})
    table = FILE.with_name("trials.csv")
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(lines[:3]), encoding="utf-8")
    answer = run("report mine")
    assert answer.code == 2
    assert "cannot be concluded by the present rule" in answer.err
    assert answer.err.count("\n") == 1


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


@pytest.mark.parametrize("line", ["alpha: nan", "alpha: x", "within: [1]", "realised: 3"])
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
        assert re.search(r"reaches \d+\.\d % \(\d", done.stdout)
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
