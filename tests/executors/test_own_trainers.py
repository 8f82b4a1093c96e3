"""A trainer of the user's own: in this process and in workers, its mistakes, and its code."""

import contextlib
import functools
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from scalesearch.config.patience import Patience
from scalesearch.core.halving import Halving
from scalesearch.core.jobs import job_of
from scalesearch.core.scores import Score
from scalesearch.core.tasks import COMPLETE, FAILED, STOPPED, outcome_of
from scalesearch.errors import ConfigError, StudyError
from scalesearch.executors.own_trainers import (
    executor_of,
    in_this_process,
    resolve_trainer,
    trainer_key,
)
from scalesearch.search.driver import Finals, run
from scalesearch.search.interruption import Interrupted
from scalesearch.search.phase import Manner
from scalesearch.studies.study import open_study
from tests.search.jobs_for_tests import a_job, jobs, networks

FINALS = Finals(count=2, seeds=(1, 2))
MINE = """
import sys
from pathlib import Path

import scales
from scalesearch.core.scores import Score

def train(job, progress):
    assert not {"tensorflow", "keras", "numpy"} & set(sys.modules)
    for epoch in range(1, 4):
        if not progress(epoch=epoch, epochs=3):
            return None
    share = job.network.macs / job.full.macs
    return Score(top1=scales.BASE + share + job.seed / 100, loss=1.2, epochs=3)

def leaves(job, progress):
    import os
    if job.coefficients.alpha == 1.25:
        os._exit(7)
    return 0.5
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a module `mine` of the user's own that imports another."""
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "scales.py").write_text("BASE = 0.25\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield tmp_path
    forget()


def forget():
    for name in ("mine", "scales"):
        sys.modules.pop(name, None)


def search(folder, executor, plan=None, **more):
    """The result, and the table without what no two runs have in common."""
    study = open_study(folder, {})
    with contextlib.closing(study), contextlib.closing(executor):
        result = run(study, plan or jobs(), executor, FINALS, **more)
        own = {"peak_memory", "seconds"}
        return result, [
            {name: value for name, value in row.items() if name not in own}
            for row in study.records()
        ]


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
    result, rows = here
    assert {row["state"] for row in rows} == {COMPLETE}
    assert len(rows) == 4 + 3 * 2
    assert result.winner == f"{1:016x}"
    assert {row["images_per_second"] for row in rows} == {None}


def test_a_job_has_the_pair_and_all_that_a_training_needs(tmp_path):
    full, proxy = networks(2)
    seen = []

    def train(job, progress):
        seen.append(job)
        assert job.checkpoint.is_dir()
        return 0.5

    folder = tmp_path / "kept"
    assert outcome(train, number=2, seed=7, checkpoint=str(folder), until=0.5).state == COMPLETE
    [job] = seen
    assert job.network.table == proxy.network
    assert job.network.blocks[-1].layers[0].classes == 10
    assert (job.network.macs, job.network.params, job.network.acts) == proxy.network.cost
    assert job.full.macs == full.network.cost.macs > job.network.macs
    assert job.network.depth == sum(proxy.network.repeats) / 16
    assert (job.network.width, job.network.resolution.height) == (1.0, 38)
    assert job.network.to_json() == proxy.network.to_json()
    assert (job.coefficients.alpha, job.seed, job.data) == (1.5, 7, None)
    assert (job.since, job.until) == (0.0, 0.5)


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
        Score(0.5, 1.0, 3, 0.9, 250.0),
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
        (Score(0.5, train_loss=float("nan")), "train_loss is nan: the training diverged"),
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
    _, rows = search(tmp_path, executor_of(train))
    assert len(trained) == len(set(trained)) == 3 * len(rows)


def test_candidates_are_cut_early_where_the_trainer_tells_where_it_stands(tmp_path):
    legs = []

    def train(job, progress):
        legs.append((job.coefficients.alpha, job.since, job.until))
        progress(epoch=round(4 * job.until), epochs=4)
        return Score(top1=job.until * 0.3 * job.coefficients.alpha)

    halving = Halving(factor=4, first=0.25)
    _, rows = search(tmp_path, executor_of(train), jobs(6), halving=halving)
    assert sorted({row["state"] for row in rows}) == [COMPLETE, "pruned"]
    assert (2.5, 0.0, 0.25) in legs
    assert (2.5, 0.25, 1.0) in legs
    assert (1.25, 0.25, 1.0) not in legs


def test_a_worker_that_dies_is_one_failed_training(folder):
    patience = Patience(retries=0, most_failed=0.5)
    executor = executor_of("mine:leaves", workers=2)
    _, rows = search(folder / "s", executor, manner=Manner(patience))
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


@pytest.mark.parametrize(
    ("file", "text", "same"),
    [
        ("mine.py", MINE + "# a remark\n", True),
        ("mine.py", MINE.replace("1.2", "1.3"), False),
        ("scales.py", "BASE = 0.125\n", False),
    ],
)
@pytest.mark.parametrize("by_name", [True, False])
def test_a_study_is_pinned_to_the_code_of_its_trainer(folder, file, text, same, by_name):
    def key():
        forget()
        import mine

        return trainer_key("mine:train" if by_name else mine.train)

    before = key()
    assert (before["name"], set(before["source"])) == ("mine:train", {"mine.py", "scales.py"})
    (folder / file).write_text(text)
    assert (key() == before) is same


SCRIPT = """
import functools, json, sys
import scales
from scalesearch.executors.own_trainers import trainer_key

EPOCHS, OTHER = 3, 1

def inner(job):
    return scales.BASE * EPOCHS

def train(job, progress, rate=0.1):
    return inner(job)

if __name__ == "__main__":
    print(json.dumps(trainer_key({given})))
"""


def key_of_script(folder, text, given="train"):
    (folder / "script.py").write_text(text.replace("{given}", given))
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_of_a_script_counts_what_the_function_uses_and_nothing_else(folder):
    before = key_of_script(folder, SCRIPT)
    assert '"__main__:train"' in before
    assert key_of_script(folder, SCRIPT + "print('done', file=sys.stderr)\n") == before
    assert key_of_script(folder, SCRIPT.replace("OTHER = 3, 1", "OTHER = 3, 2")) == before
    partial = key_of_script(folder, SCRIPT, "functools.partial(train, rate=0.2)")
    others = [
        key_of_script(folder, SCRIPT.replace("EPOCHS, OTHER = 3", "EPOCHS, OTHER = 4")),
        key_of_script(folder, SCRIPT.replace("BASE * ", "BASE + ")),
        key_of_script(folder, SCRIPT, "functools.partial(train, rate=0.3)"),
        key_of_script(folder, SCRIPT, "lambda job, progress: inner(job)"),
        partial,
    ]
    (folder / "scales.py").write_text("BASE = 0.125\n")
    others.append(key_of_script(folder, SCRIPT))
    assert len({before, *others}) == 7


def test_what_a_callable_is_given_counts_where_it_is_plain():
    def of(rate):
        def train(job, progress):
            return rate

        return trainer_key(train)["source"]

    assert of(0.1) == of(0.1) != of(0.2)
    assert of([0.1]) != of([0.2])
    assert of(np.array(0.1)) == of(np.array(0.2))  # what objects hold is not looked at
    assert trainer_key(functools.partial(takes, rate=1)) != trainer_key(takes)


def takes(job, progress, rate=0):
    return rate


def test_a_function_without_a_source_is_refused(folder):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("{given}", "train")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    if sys.version_info < (3, 13):  # which keeps the source of what -c is given
        assert "ConfigError: The source of __main__:train cannot be read" in done.stderr


@pytest.mark.parametrize(
    ("trainer", "reason"),
    [
        (3, r"must be a function of \(job, progress\), or its name"),
        ("mine", r"must be a function or its name"),
        ("mine.py:train", r"here mine:train"),
        ("__main__:train", r"__main__ cannot be"),
        ("nowhere_at_all:train", r"There is no Python module 'nowhere_at_all'"),
        ("mine:trian", r"has no function 'trian'.*train.*takes \(job, progress\)"),
        ("scales:BASE", r"has no function 'BASE'"),
        (lambda job: 0.5, r"must take two arguments \(job, progress\)"),
        (lambda job, progress, more: 0.5, r"must take two arguments"),
    ],
)
def test_what_can_be_no_trainer_is_refused_before_anything_is_planned(folder, trainer, reason):
    with pytest.raises(ConfigError, match=reason):
        resolve_trainer(trainer)


def test_a_module_that_cannot_be_imported_says_where(folder):
    (folder / "mine.py").write_text("import scales\nscales.MISSING\n")
    with pytest.raises(ConfigError, match=r"mine cannot be imported: AttributeError.*line 2"):
        resolve_trainer("mine:train")


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
