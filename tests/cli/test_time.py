"""How long a search takes is told before it, and held against what it took after it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scalesearch.config.coefficients import read_values
from scalesearch.core.cost import cost
from scalesearch.core.function_network import network_from_json
from scalesearch.core.quantities import duration
from scalesearch.experiments import stopwatch
from scalesearch.search import driver, meter
from tests.search.tasks_for_tests import a_task

GRID = "grid --dataset digits --train 200 --validation 100 --epochs 1 --grid simplex --step 1"
TRAININGS = 12
STUDY = f"{GRID} --study mine --workers 1 --regret 0.000001 --trainings {TRAININGS}"
FILE = Path("results/mine/coefficients.yaml")
MEMORY = Path("results/.data/timings.json")
START, PER_MAC = 2.0, 1e-9
"""Of the fake machine: seconds a training, and a MAC."""
COMMANDS = ("grid --dry-run", "compare --dry-run", "sweep --dry-run")


class Machine:
    """Trains in no time and says that it took some."""

    def __init__(self) -> None:
        self.trained: list[dict[str, Any]] = []
        self.calibrated: list[dict[str, Any]] = []
        self.stops_after = 10**6

    def __call__(self, spec: dict[str, Any], progress: Callable[..., Any]) -> dict[str, Any]:
        macs = cost(network_from_json(spec["network"])).macs
        (self.calibrated if "calibrate" in spec else self.trained).append(spec)
        if len(self.trained) > self.stops_after:
            raise KeyboardInterrupt
        progress({"epoch": 0, "epochs": 1})
        images = 192 if "calibrate" not in spec else 0  # 6 batches of 32
        rate = 1 / (PER_MAC * macs)
        top1 = min(0.9, macs / 10**8) + spec["seed"] / 10**6
        return {"top1": top1, "loss": 1.0, "epochs": 1, "seconds": START + images / rate,
                "images_per_second": rate}  # fmt: skip


@pytest.fixture
def machine(run) -> Iterator[Machine]:
    found = Machine()
    run.train_by(found)
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_a_dry_run_knows_no_time_of_a_machine_that_nothing_was_measured_on(run, command) -> None:
    assert "Time: not known here. --calibrate measures" in run(command).out
    assert run(f"{command} --json --workers 3").json["estimate"] == {
        "seconds": None,
        "workers": 3,
        "calibrated": None,
    }
    assert not Path("results").exists()


def test_a_dry_run_that_measures_tells_the_sum_of_the_trainings(run, machine: Machine) -> None:
    answer = run(f"{GRID} --dry-run --calibrate --json --workers 1")
    assert answer.code == 0, answer.err
    assert "Measuring how fast this machine trains" in answer.err
    plan, estimate = answer.json, answer.json["estimate"]
    macs = sorted(row["proxy"]["macs"] for row in plan["rows"])
    base = plan["reference"]["proxy"]["macs"]
    further = plan["trainings"] - plan["first_round"]
    # Each once and the baseline, then further ones that are not known before.
    trained = sum(macs) + base + further * sum(macs) / len(macs)
    hand = plan["trainings"] * START + 192 * PER_MAC * trained
    assert estimate["seconds"] == pytest.approx(hand, rel=0.01)
    assert not machine.trained
    assert len(machine.calibrated) == 4


@pytest.mark.parametrize("command", COMMANDS)
def test_what_was_measured_is_told_from_then_on(run, machine: Machine, command: str) -> None:
    measured = run(f"{command} --calibrate --json").json["estimate"]
    assert measured["calibrated"]
    count = len(machine.calibrated)
    assert run(f"{command} --json").json["estimate"] == measured | {
        "seconds": pytest.approx(measured["seconds"], abs=1),  # the workers' start is remembered
    }
    assert f"Time: about {duration(measured['seconds'])[:-5]}" in run(command).out
    assert len(machine.calibrated) == count
    assert run(f"{command} --json --threads 2").json["estimate"]["seconds"] is None


@pytest.mark.parametrize("known", [False, True])
def test_the_time_left_goes_by_the_same_measurements(
    run, machine: Machine, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    used: list[meter.Work] = []

    class Watched(meter.Meter):
        def __init__(self, clock: Callable[[], float], work: meter.Work) -> None:
            used.append(work)
            super().__init__(clock, work)

    monkeypatch.setattr(driver, "Meter", Watched)
    if known:
        assert run(f"{GRID} --dry-run --calibrate --workers 1").code == 0
    assert run(STUDY).code == 0
    task = replace(a_task(), attributes={"proxy_macs": 10**7, "proxy_params": 1, "proxy_acts": 0})
    seconds = START + 2 * 192 * PER_MAC * 10**7  # its own two epochs, whatever the plan's are
    assert used[0](task) == pytest.approx(seconds if known else 2 * 10**7)  # else MACs of 2 epochs


def test_large_networks_are_measured_in_small_batches(run, machine: Machine) -> None:
    Path("large.yaml").write_text(
        "name: large\ndataset: digits\ncanvas: 224\nresolution: 224\nwidth: 1\n"
        "trainings: 5\nsimplex_step: 1\nrecipe: {epochs: 1, batch_size: 512}\n",
        encoding="utf-8",
    )
    assert run("grid --dry-run --calibrate --profile large.yaml").code == 0
    for spec in machine.calibrated:
        macs = cost(network_from_json(spec["network"])).macs
        assert 1 <= spec["recipe"]["batch_size"] * macs <= 2e9


def test_a_busy_machine_is_told_where_it_is_measured(
    run, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for load, told in ((0.1, False), (99.0, True)):
        monkeypatch.setattr("os.getloadavg", lambda load=load: (load, 0.0, 0.0))
        answer = run("grid --dry-run --calibrate")
        assert ("Other programs keep this machine busy" in answer.err) is told


def test_it_is_said_where_nothing_can_be_measured(run) -> None:
    def broken(spec: dict[str, Any], progress: object) -> dict[str, Any]:
        raise ValueError("no such kernel")

    run.train_by(broken)
    answer = run("grid --dry-run --calibrate")
    assert answer.code == 2
    assert "Nothing could be measured: ValueError: no such kernel" in answer.err


def test_a_search_holds_its_estimate_against_the_fact(run, machine: Machine) -> None:
    run(f"{STUDY} --dry-run --calibrate")
    answer = run(STUDY)
    assert "Time: about " in answer.err
    values = read_values(FILE)
    assert values["estimated_seconds"] > TRAININGS * START
    assert (
        0 < values["search_seconds"] < TRAININGS * START
    )  # the fake only says that it took so long
    assert f"Estimated {duration(values['estimated_seconds'])}, took " in answer.out
    page = Path("results/mine/report.html").read_text(encoding="utf-8")
    assert f"estimated {values['estimated_seconds']:.0f} s before it began" in page
    assert len(machine.calibrated) == 4


def test_a_search_that_is_run_again_keeps_what_it_took(run, machine: Machine) -> None:
    run(STUDY)
    before = read_values(FILE)
    assert before["estimated_seconds"] is None
    assert before["search_seconds"] > 0
    document = run(f"{STUDY} --json").json
    assert {name: document[name] for name in ("estimated_seconds", "search_seconds")} == {
        name: before[name] for name in ("estimated_seconds", "search_seconds")
    }


def test_a_search_that_goes_on_claims_no_time(run, machine: Machine) -> None:
    machine.stops_after = 3
    assert run(STUDY).code == 130
    machine.stops_after = 10**6
    answer = run(STUDY)
    assert answer.code == 0, answer.err
    values = read_values(FILE)
    assert (values["estimated_seconds"], values["search_seconds"]) == (None, None)
    assert "took" not in answer.out
    assert "<dt>time</dt>" not in Path("results/mine/report.html").read_text(encoding="utf-8")


def test_a_study_that_is_extended_claims_no_time(run, machine: Machine) -> None:
    run(STUDY)
    assert read_values(FILE)["search_seconds"] > 0
    assert run(f"{STUDY} --include 1.1,1.2,1.2").code == 0
    assert read_values(FILE)["search_seconds"] is None


def test_a_search_remembers_what_its_own_trainings_took(run, machine: Machine) -> None:
    run(STUDY)
    assert not machine.calibrated  # it is small: measuring would cost more than it tells
    found = json.loads(MEMORY.read_text(encoding="utf-8"))[0]["timings"]
    assert len(found) == TRAININGS
    for each in found:
        assert each["start"] == pytest.approx(START)
        assert each["per_image"] == pytest.approx(PER_MAC * each["macs"])
    assert run(f"{STUDY} --dry-run --json").json["estimate"]["seconds"] > TRAININGS * START


def test_a_long_search_measures_first(
    run, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopwatch, "WORTH_MEASURING", 10**9)
    run(STUDY)
    assert len(machine.calibrated) == 4
    assert read_values(FILE)["estimated_seconds"] > TRAININGS * START


def test_a_short_search_measures_when_asked(run, machine: Machine) -> None:
    run(f"{STUDY} --calibrate")
    assert len(machine.calibrated) == 4
    assert read_values(FILE)["estimated_seconds"] > TRAININGS * START


def test_minutes_become_trainings_once_and_a_study_goes_on_with_them(run, machine: Machine) -> None:
    minutes = f"{GRID} --study mine --workers 1 --regret 0.000001 --minutes"
    answer = run(f"{minutes} 0.5")
    assert answer.code == 0, answer.err
    trained = len(machine.trained)
    assert f"0.5 minutes hold {trained} trainings here" in answer.err
    macs = [cost(network_from_json(spec["network"])).macs for spec in machine.trained]
    assert 26 < trained * START + 192 * PER_MAC * sum(macs) < 30.5
    assert len(machine.calibrated) == 4
    MEMORY.unlink()
    assert run(f"{minutes} 0.5").code == 0  # whatever is known of the machine by then
    assert (len(machine.trained), len(machine.calibrated)) == (trained, 4)
    assert run(f"{minutes} 0.6").code == 0
    assert len(machine.trained) > trained


def test_minutes_that_hold_no_round_are_refused_and_nothing_is_trained(
    run, machine: Machine
) -> None:
    answer = run(f"{GRID} --study mine --workers 1 --minutes 0.05")
    assert answer.code == 2
    assert "must be at least what one round takes here" in answer.err
    assert "one round is 4 trainings, of 3 distinct candidates and of the baseline" in answer.err
    assert not machine.trained


def test_a_dry_run_says_how_many_trainings_fit_once_it_is_known(run, machine: Machine) -> None:
    line = f"{GRID} --dry-run --json --workers 1 --minutes 0.5"
    assert run(line).json["most_trainings"] is None
    assert run(f"{line} --calibrate").json["most_trainings"] > 4


def test_a_place_that_cannot_keep_the_times_stops_no_search(run, machine: Machine) -> None:
    MEMORY.mkdir(parents=True)
    answer = run(STUDY)
    assert answer.code == 0, answer.err
    assert "is not remembered" in answer.err
    assert FILE.exists()


@pytest.mark.parametrize("command", ["compare", "sweep --depth 2 --width 1.4"])
def test_comparisons_and_sweeps_tell_it_too(run, machine: Machine, command: str) -> None:
    line = f"{command} --dataset digits --train 200 --validation 100 --epochs 1 --seeds 2"
    answer = run(f"{line} --study other --workers 1 --calibrate --json")
    assert answer.code == 0, answer.err
    assert answer.json["estimated_seconds"] > 2 * START
    assert answer.json["search_seconds"] > 0
    assert "Estimated " in run(f"{line} --study other --workers 1").out


def test_seconds_are_said_as_people_say_them() -> None:
    said = [duration(seconds) for seconds in (0.4, 50, 59.6, 250, 3599, 7500, 360_000)]
    assert said == ["0 s", "50 s", "1 min 00 s", "4 min 10 s", "59 min 59 s", "2 h 05 min",
                    "100 h 00 min"]  # fmt: skip
