"""A trainer of the user's own: in this process and in workers, and its mistakes."""

import contextlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from scalesearch.config.patience import Patience
from scalesearch.core.jobs import job_of
from scalesearch.core.scores import Score
from scalesearch.core.tasks import COMPLETE, FAILED, STOPPED, outcome_of
from scalesearch.errors import StudyError
from scalesearch.executors.own_trainers import (
    executor_of,
    in_this_process,
)
from scalesearch.search.driver import train_all
from scalesearch.search.interruption import Interrupted
from scalesearch.search.phase import Manner
from scalesearch.studies.study import open_study
from tests.search.jobs_for_tests import a_job, jobs, networks


def search(folder, executor, plan=None, **more):
    """The table without what no two runs have in common."""
    study = open_study(folder, {})
    with contextlib.closing(study), contextlib.closing(executor):
        rows = train_all(study, plan or jobs(seeds=2), executor, "trainings", **more)
        own = {"peak_memory", "seconds"}
        return [{name: value for name, value in row.items() if name not in own} for row in rows]


def outcome(function, **spec):
    """What a training by `function` in this process came to."""
    return outcome_of(in_this_process(function)(a_job(**spec).spec, lambda state: True))


def test_a_search_in_this_process_and_in_workers_gives_one_table(folder):
    workers = search(folder / "named", executor_of("mine:train", workers=2))

    def train(job, progress):
        progress(epoch=3, epochs=3)
        share = job.network.macs / job.full.macs
        return Score(top1=0.25 + share + job.seed / 100, loss=1.2, epochs=3)

    here = search(folder / "given", executor_of(train))
    assert here == workers
    assert {row["state"] for row in here} == {COMPLETE}
    assert len(here) == 4 * 2
    assert {row["images_per_second"] for row in here} == {None}


def test_a_job_has_the_pair_and_all_that_a_training_needs(tmp_path):
    full, proxy = networks(2)
    seen = []

    def train(job, progress):
        seen.append(job)
        assert job.checkpoint.is_dir()
        return 0.5

    folder = tmp_path / "kept"
    assert outcome(train, number=2, seed=7, checkpoint=str(folder)).state == COMPLETE
    [job] = seen
    assert job.network.table == proxy.network
    assert job.network.blocks[-1].layers[0].classes == 10
    assert (job.network.macs, job.network.params, job.network.acts) == proxy.network.cost
    assert job.full.macs == full.network.cost.macs > job.network.macs
    assert job.network.depth == sum(proxy.network.repeats) / 16
    assert (job.network.width, job.network.resolution.height) == (1.0, 38)
    assert job.network.to_json() == proxy.network.to_json()
    assert (job.coefficients.alpha, job.seed, job.data) == (1.5, 7, None)


def test_the_job_of_a_function_says_how_to_build_its_network():
    values = {"name": "mine", "builder": "nets:build", "resolution": 32, "classes": 10}
    sizes = {"depth": 1.5, "width": 1.0, "macs": 5, "params": 4, "acts": 3}
    spec = a_job().spec | {"network": {**values, "depth": 1.5}}
    job = job_of(spec | {"sizes": {**spec["sizes"], "network": sizes}})
    assert job.network.builder == "nets:build"
    assert job.network.arguments == {"depth": 1.5, "width": 1.0, "resolution": 32, "classes": 10}
    assert (job.network.blocks, job.network.table, job.network.macs) == ((), None, 5)


@pytest.mark.parametrize(
    "returned",
    [
        Score(top1=0.5),
        Score(0.5, 1.0, 3, 250.0),
        {"top1": 0.5, "loss": 1},
        0.5,
        np.float32(0.5),
        np.array(0.5),
        Score(top1=np.float64(0.5), epochs=np.int64(3)),
    ],
    ids=repr,
)
def test_a_score_its_values_or_a_number_of_any_library_is_a_result(returned):
    found = outcome(lambda job, progress: returned)
    assert (found.state, found.top1, found.reason) == (COMPLETE, 0.5, "")
    assert found.seconds >= 0


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "the trainer returned nothing. Return scalesearch.Score(top1=...)"),
        ("0.5", "the trainer returned a str. Return scalesearch.Score(top1=...)"),
        (True, "the trainer returned a bool. Return"),
        (np.array([0.5, 0.6]), "the trainer returned a ndarray. Return"),
        (61.0, "top1 must be a fraction between 0 and 1. Got 61.0"),
        (float("nan"), "top1 is nan: the training diverged"),
        (Score(0.5, float("inf")), "loss is inf: the training diverged"),
        (Score("high"), "the trainer returned no number as top1: \"'high'\""),
        ({"loss": 1.0}, "the trainer returned no top1"),
        ({"accuracy": 0.5}, "the trainer returned accuracy. Known are top1, loss, epochs"),
    ],
)
def test_what_is_no_result_is_a_failed_training_with_its_reason(returned, reason):
    found = outcome(lambda job, progress: returned)
    assert found.state == FAILED
    assert found.reason.startswith(reason)


def test_a_trainer_that_leaves_or_goes_elsewhere_harms_no_one_in_this_process(tmp_path):
    def leaves(job, progress):
        os.chdir(tmp_path)
        sys.exit(3)

    before = Path.cwd()
    assert outcome(leaves).reason == "the trainer called sys.exit(3)"
    assert Path.cwd() == before


def test_what_was_kept_before_an_unusable_score_is_removed(tmp_path):
    kept = tmp_path / "kept"

    def diverges(job, progress):
        (job.checkpoint / "weights").touch()
        return float("nan")

    assert outcome(diverges, checkpoint=str(kept)).state == FAILED
    assert not kept.exists()


@pytest.mark.parametrize(
    ("last", "returned", "state"),
    [(1, 0.5, STOPPED), (3, 0.5, COMPLETE), (3, None, STOPPED), (0, 0.5, STOPPED)],
)
def test_after_a_wish_to_stop_only_a_finished_training_counts(last, returned, state):
    def stopped(job, progress):
        answer = progress(epoch=last, epochs=3) if last else progress()
        assert answer is False
        return returned

    result = in_this_process(stopped)(a_job().spec, lambda told: told.get("epoch") == 0)
    assert outcome_of(result).state == state


def test_an_interrupted_search_goes_on_from_its_checkpoint(tmp_path):
    trained, stop = [], [False]

    def train(job, progress):
        file = job.checkpoint / "epoch"
        begun = int(file.read_text()) if file.exists() else 0
        for epoch in range(begun + 1, 4):
            trained.append((job.coefficients.alpha, job.seed, epoch))
            stop[0] = len(trained) == 5
            if not progress(epoch=epoch, epochs=3, top1=0.1, note="one more"):
                file.write_text(str(epoch))
                return None
        return 0.1 * job.coefficients.alpha

    def wanted():
        return stop[0]

    with pytest.raises(Interrupted):
        search(tmp_path, executor_of(train, stop=wanted), manner=Manner(stop=wanted))
    assert len(trained) == 5
    stop[0] = False
    rows = search(tmp_path, executor_of(train))
    assert len(trained) == len(set(trained)) == 3 * len(rows)


def test_a_worker_that_dies_is_one_failed_training(folder):
    patience = Patience(retries=0, most_failed=0.5)
    executor = executor_of("mine:leaves", workers=2)
    rows = search(folder / "s", executor, jobs(), manner=Manner(patience))
    reasons = [row["reason"] for row in rows if row["state"] == FAILED]
    assert reasons == ["the training process gave no result: ended with exit code 7"]
    assert {row["state"] for row in rows} == {COMPLETE, FAILED}


def test_workers_refuse_code_that_was_changed_since_it_was_planned_with(folder):
    executor = executor_of("mine:train")
    executor.close()
    (folder / "scales.py").write_text("BASE = 0.125\n")
    again = executor._new_server  # as after the loss of the first
    executor._server = again()
    with pytest.raises(StudyError, match=r"scales\.py has changed since the search began"):
        search(folder / "s", executor)


def test_the_module_loads_no_heavy_library():
    code = """
    import sys
    import scalesearch.executors.own_trainers
    print(sorted({name.split(".")[0] for name in sys.modules} & set(sys.argv[1:])))
    """
    heavy = ["tensorflow", "keras", "numpy", "optuna", "pandas", "torch"]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *heavy],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
