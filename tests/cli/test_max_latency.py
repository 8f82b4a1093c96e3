"""`grid --max-latency`: candidates that are too slow here are refused, and a study remembers."""

from pathlib import Path

import pytest

from scalesearch.core.network_table import TableNetwork
from scalesearch.errors import ScaleSearchError, StudyError
from scalesearch.experiments import search_latency
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.latency_file import FILE, read_measured, write_measured
from scalesearch.experiments.search_study import plan_grid

LINE = "grid --step 1 --grid simplex"
STUDY = "results/efficientnet_b0_quick_phi1_simplex"


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The resolutions of the networks that were run; each takes a millisecond for 10 pixels."""
    resolutions: list[int] = []

    def measure(spec: dict, batch: int) -> dict:
        resolution = TableNetwork.from_json(spec["network"]).resolution.longer
        resolutions.append(resolution)
        middle = resolution / 10_000
        timing = {"median": middle, "quartile_low": middle, "quartile_high": middle, "runs": 10}
        return {
            "latency_seconds": timing, "images_per_second": timing, "batch": batch, "device": "CPU",
            "peak_memory_bytes": None, "memory_before_bytes": None, "gpu_peak_memory_bytes": None,
        }  # fmt: skip

    monkeypatch.setattr(search_latency, "measure_spec", measure)
    return resolutions


def test_a_candidate_that_takes_longer_is_listed_as_refused_with_its_time(run, ran):
    found = run(f"{LINE} --max-latency 25 --dry-run --json").json
    refused = {row["name"]: row["refused"] for row in found["rows"]}
    assert refused["depth alone"] is refused["width alone"] is None
    assert refused["resolution alone"] == (
        "full-size network: 30.9 ms an image, more than --max-latency 25"
    )
    assert (found["candidates"], found["refused"], found["distinct"]) == (3, 1, 2)
    slow = next(row for row in found["rows"] if row["refused"])
    assert slow["measured"]["latency_seconds"]["median"] == pytest.approx(0.0309)


def test_the_table_shows_the_times_that_the_limit_was_held_against(run, ran):
    answer = run(f"{LINE} --max-latency 25 --dry-run")
    assert "latency, ms" in answer.out
    assert "30.9 ms an image, more than --max-latency 25" in answer.out


def test_a_study_keeps_its_times_so_that_it_refuses_the_same_again(run, ran, monkeypatch):
    """Times differ from run to run: measured anew, a study could not be continued."""
    plan = _plan()
    measured = search_latency.measured_rows(plan, 4)
    Path(STUDY).mkdir(parents=True)
    write_measured(plan, measured, Path(STUDY))
    assert read_measured(plan, Path(STUDY)) == measured
    ran.clear()
    monkeypatch.setattr(search_latency, "measure_spec", lambda *_: pytest.fail("measured again"))
    assert run(f"{LINE} --max-latency 25 --dry-run --json").json["refused"] == 1
    assert ran == []


def test_times_of_another_network_of_that_name_do_not_count(ran, tmp_path):
    plan = _plan()
    write_measured(plan, search_latency.measured_rows(plan, 4), tmp_path)
    text = (tmp_path / FILE).read_text()
    macs = str(plan.pairs[0].full.cost.macs)
    (tmp_path / FILE).write_text(text.replace(macs, str(int(macs) + 1)))
    assert plan.pairs[0].name not in read_measured(plan, tmp_path)
    assert plan.pairs[1].name in read_measured(plan, tmp_path)


@pytest.mark.parametrize(
    "damage", ["name,macs\nx,1\n", "name,macs,params,acts\nbaseline,x,1,1\n", 'name\n"']
)
def test_a_damaged_file_is_refused_with_what_to_do(ran, tmp_path, damage):
    (tmp_path / FILE).write_text(damage)
    with pytest.raises(StudyError, match="Remove it"):
        read_measured(_plan(), tmp_path)


def test_where_none_is_quick_enough_the_first_refusal_is_told(run, ran):
    answer = run(f"{LINE} --max-latency 1 --dry-run")
    assert answer.code == 2
    assert "The set of candidates is empty" in answer.err
    assert "ms an image, more than --max-latency 1" in answer.err


def test_a_network_that_cannot_be_run_is_refused_with_the_reason(run, ran, monkeypatch):
    def measure(spec: dict, batch: int) -> dict:
        if TableNetwork.from_json(spec["network"]).resolution.longer > 300:
            raise ScaleSearchError("no memory is left")
        return ran_measure(spec, batch)

    ran_measure = search_latency.measure_spec
    monkeypatch.setattr(search_latency, "measure_spec", measure)
    found = run(f"{LINE} --max-latency 25 --dry-run --json").json
    assert [row["refused"] for row in found["rows"] if row["refused"]] == [
        "full-size network: no memory is left"
    ]


@pytest.mark.parametrize("value", ["0", "-1", "nan", "soon"])
def test_a_limit_that_is_no_time_is_refused(run, value):
    answer = run(f"grid --max-latency {value} --dry-run")
    assert answer.code == 2
    assert "--max-latency" in answer.err


def _plan() -> SearchPlan:
    return plan_grid(grid="simplex", step=1.0)
