"""Children that wait for another training of their network: used again, let go, lost."""

import contextlib
import os
import signal
from pathlib import Path

import pytest

from scalesearch.core.tasks import COMPLETE, FAILED
from scalesearch.executors.processes import ProcessExecutor
from tests.search.tasks_for_tests import a_task
from tests.search.watching import alive, until

from .test_executors import TRAINER, train_one


@pytest.fixture
def started(tmp_path):
    """A function that makes an executor with so many children kept."""
    with contextlib.ExitStack() as stack:

        def start(kept: int, workers: int = 1, **options) -> ProcessExecutor:
            executor = ProcessExecutor(TRAINER, workers, log=tmp_path / "log", kept=kept, **options)
            return stack.enter_context(contextlib.closing(executor))

        yield start


@pytest.fixture
def trained(tmp_path):
    """A function that trains network `number` and gives the process that did."""
    told = tmp_path / "pids"

    def train(executor, number: int, seed: int = 0, **spec) -> int:
        task = a_task(number, seed, act="tell pid", pid=str(told), **spec)
        assert train_one(executor, task).state == COMPLETE
        return int(told.read_text().splitlines()[-1])

    return train


def gone(pid: int) -> None:
    until(lambda: not alive(pid))


def test_the_next_training_of_a_network_runs_where_the_last_did(started, trained):
    executor = started(kept=2)
    first, second = trained(executor, 1), trained(executor, 2)
    assert first != second
    assert [trained(executor, 1, seed) for seed in (1, 2)] == [first, first]
    assert trained(executor, 2, 1) == second


def test_a_trainer_that_has_kept_nothing_is_not_waited_with(started, trained):
    executor = started(kept=2)
    first = trained(executor, 1, ready=False)
    gone(first)
    assert trained(executor, 1, 1) != first


def test_where_none_may_be_kept_only_the_very_next_task_finds_its_process(started, trained):
    """That costs no memory: it would need as much for a process of its own."""
    executor = started(kept=0)
    first = trained(executor, 1)
    assert trained(executor, 1, 1) == first
    trained(executor, 2)
    gone(first)
    assert trained(executor, 1, 2) != first


def test_as_many_are_kept_as_may_be_and_serve_every_round(started, trained):
    """Networks come round again in one order: to keep the last ones would serve none of them."""
    executor = started(kept=3)
    rounds = [[trained(executor, number) for number in range(1, 7)] for _ in range(3)]
    for number in range(3):
        assert rounds[0][number] == rounds[1][number] == rounds[2][number]
    gone(rounds[0][3])


def test_of_two_processes_of_one_network_one_is_kept(started, tmp_path):
    """Else memory would be taken several times for what is planned once."""
    executor, told = started(kept=3, workers=2), tmp_path / "pids"
    for seed in range(2):
        executor.submit(a_task(1, seed, act="tell pid", pid=str(told), nap=0.3))
    while executor.free() < 2:
        executor.wait(lambda task, state: None)
    first, second = map(int, told.read_text().split())
    assert first != second
    train_one(executor, a_task(2))
    until(lambda: alive(first) != alive(second))


def test_those_whose_network_is_done_with_are_let_go(started, trained):
    executor = started(kept=3)
    pids = [trained(executor, number) for number in (1, 2, 3)]
    executor.expect({a_task(2).cell})
    gone(pids[0])
    gone(pids[2])
    assert trained(executor, 2, 1) == pids[1]


def test_they_end_with_the_executor(started, trained):
    executor = started(kept=3)
    pids = [trained(executor, number) for number in (1, 2)]
    executor.close()
    for pid in pids:
        gone(pid)


def test_one_that_is_killed_while_it_waits_costs_no_training(started, trained):
    executor = started(kept=2)
    first = trained(executor, 1)
    os.kill(first, signal.SIGKILL)
    # Whether the driver hears of it before or after the next task is given is up to chance.
    assert trained(executor, 1, 1) != first


def test_one_that_stops_answering_while_it_waits_fails_the_training_it_is_given(
    started, trained, tmp_path
):
    executor = started(kept=2, hangs_after=1.0)
    first = trained(executor, 1)
    os.kill(first, signal.SIGSTOP)
    outcome = train_one(executor, a_task(1, 1))
    assert (outcome.state, outcome.reason) == (FAILED, "the training hung: no step for 1 s")
    assert trained(executor, 1, 2) != first


def test_waiting_is_not_hanging(started, trained):
    executor = started(kept=2, hangs_after=1.5)
    first = trained(executor, 1)
    trained(executor, 2, nap=0.5, steps=2)  # longer than that, with signs of life
    assert trained(executor, 1, 1) == first


def test_a_training_that_fails_leaves_no_child(started, trained):
    executor = started(kept=2)
    first = trained(executor, 1)
    assert train_one(executor, a_task(1, 1, act="raise")).state == FAILED
    gone(first)


def test_a_killed_training_makes_room_for_the_next_try(started, trained):
    """The kernel kills for memory, and what waits holds some."""
    executor = started(kept=2)
    first = trained(executor, 1)
    assert train_one(executor, a_task(2, act="die")).state == FAILED
    gone(first)


def test_they_end_with_their_fork_server_and_are_made_anew(started, trained):
    executor = started(kept=2)
    first, server = trained(executor, 1), executor.server_pid
    os.kill(server, signal.SIGKILL)
    until(lambda: not alive(server))
    assert trained(executor, 2) != first
    gone(first)
    assert trained(executor, 1, 1) != first


def test_a_stop_reaches_a_training_in_a_kept_child(started, trained, tmp_path):
    executor = started(kept=2)
    trained(executor, 1)
    executor.submit(a_task(1, 1, nap=0.2, steps=50))
    executor.wait(lambda task, state: None, 0.5)
    executor.stop()
    [(_, outcome)] = executor.wait(lambda task, state: None)
    assert outcome.state == "stopped"


def test_what_a_kept_child_prints_is_in_the_log_at_once(started, tmp_path):
    executor = started(kept=1)
    train_one(executor, a_task(1, act="print"))
    assert "chatter" in Path(tmp_path / "log").read_text()
