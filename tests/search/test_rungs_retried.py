"""Cuts are what they would have been, whatever failed at first and whenever it was tried again."""

import contextlib
from dataclasses import replace

import pytest

from scalesearch.config.patience import Patience
from scalesearch.core.halving import Halving
from scalesearch.executors.executor import SerialExecutor
from scalesearch.search.driver import Finals, run
from scalesearch.search.events import Finished
from scalesearch.search.interruption import Interrupted
from scalesearch.search.phase import Manner
from scalesearch.studies.study import open_study
from tests.search import fake_trainer
from tests.search.tasks_for_tests import a_plan, comparable

FINALS = Finals(count=2, seeds=(2, 3))
HALVING = Halving(2, 0.25)
BEST = f"{3:016x}"  # of the search below


def a_long_plan(bad=(), seeds=1, **spec):
    """Trainings of eight epochs; those of the (cell, seed) in `bad` raise."""
    return [
        replace(
            task,
            spec={
                **task.spec,
                **spec,
                "recipe": {"epochs": 8},
                "act": "raise" if task.key in bad else "train",
            },
        )
        for task in a_plan(10, seeds)
    ]


def search(folder, plan, finals=FINALS, halving=HALVING, events=None, **manner):
    executor = SerialExecutor(fake_trainer.train)
    events = [] if events is None else events
    manner = Manner(**manner)
    with contextlib.closing(open_study(folder, {})) as study, contextlib.closing(executor):
        result = run(study, plan, executor, finals, events.append, manner=manner, halving=halving)
        return result, comparable(study.records())


def essence(result):
    return result.choice, result.ranking, result.finalists, result.beating


def by_key(rows):
    return {(row["cell"], row["seed"]): row for row in rows}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return search(tmp_path_factory.mktemp("whole"), a_long_plan())


@pytest.mark.parametrize("place", range(8))
def test_a_failed_candidate_that_is_tried_again_joins_the_cuts_as_if_it_had_never_failed(
    tmp_path, whole, place
):
    result, rows = whole
    cell = result.ranking[place].cell
    search(tmp_path / "s", a_long_plan(bad=[(cell, 0)]))
    again, table = search(tmp_path / "s", a_long_plan(), retry_failed=True)
    assert essence(again) == essence(result)
    found = by_key(table)
    assert {key: found[key] for key in by_key(rows)} == by_key(rows)


def test_what_was_tried_again_up_to_a_cut_goes_on_though_the_option_is_left_out_then(
    tmp_path, whole
):
    result, rows = whole
    cell = result.ranking[0].cell
    search(tmp_path / "s", a_long_plan(bad=[(cell, 0)]))
    events = []
    with pytest.raises(Interrupted):
        search(
            tmp_path / "s", a_long_plan(), events=events, retry_failed=True,
            stop=lambda: any(isinstance(event, Finished) for event in events),
        )  # fmt: skip
    again, table = search(tmp_path / "s", a_long_plan())
    assert essence(again) == essence(result)
    assert by_key(table)[cell, 0] == by_key(rows)[cell, 0]


def test_what_fails_again_is_tried_once_a_run_and_not_at_every_cut(tmp_path):
    plan = a_long_plan(seeds=2)
    result, _ = search(tmp_path / "whole", plan)
    bad = (result.ranking[0].cell, 1)
    events = []
    patience = Patience(retries=0)
    search(tmp_path / "s", a_long_plan([bad], 2), patience=patience)
    search(
        tmp_path / "s", a_long_plan([bad], 2), events=events, patience=patience, retry_failed=True
    )
    ended = [e.task.leg for e in events if isinstance(e, Finished) and e.task.key == bad]
    assert ended == [(0.0, 0.25)]


def test_a_further_seed_that_comes_to_choose_joins_the_cuts_too(tmp_path):
    """Finalists were trained on it to the end; what it had reached at a cut is not known yet."""
    finals = Finals(count=2, seeds=(1, 2))
    search(tmp_path / "s", a_long_plan(), finals)
    plan, finals = a_long_plan(seeds=2), Finals(count=2, seeds=(2,))
    fresh, rows = search(tmp_path / "fresh", plan, finals)
    extended, table = search(tmp_path / "s", plan, finals)
    assert essence(extended) == essence(fresh)
    found = by_key(table)
    assert {key: found[key] for key in by_key(rows)} == by_key(rows)
