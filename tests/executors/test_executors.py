import contextlib
import os
import signal
import time

import pytest

from scalesearch.core.tasks import COMPLETE, FAILED
from scalesearch.executors.executor import SerialExecutor
from scalesearch.executors.processes import ProcessExecutor
from tests.search import fake_trainer
from tests.search.tasks_for_tests import a_task
from tests.search.watching import alive, until

TRAINER = f"{fake_trainer.__name__}:train"


def train_all(executor, tasks):
    """Outcomes by key, and progress by key."""
    outcomes, heard, left, running = {}, {}, list(tasks), 0

    def note(task, state):
        heard.setdefault(task.key, []).append(state["epoch"])

    while left or running:
        while left and executor.free():
            executor.submit(left.pop(0))
            running += 1
        for task, outcome in executor.wait(note):
            outcomes[task.key] = outcome
            running -= 1
    return outcomes, heard


def train_one(executor, task):
    return train_all(executor, [task])[0][task.key]


class ExecutorContract:
    """What the driver relies on, for each form of executor."""

    @pytest.fixture
    def executor(self):
        raise NotImplementedError

    def test_a_training_gives_its_score(self, executor):
        outcome = train_one(executor, a_task(5, 3))
        assert outcome.state == COMPLETE
        assert outcome.top1 == fake_trainer.score(f"{5:016x}", 3)
        assert (outcome.epochs, outcome.seconds, outcome.images_per_second) == (2, 0.5, 100.0)

    def test_every_task_comes_back_once_with_its_progress(self, executor):
        tasks = [a_task(number, seed) for number in range(4) for seed in range(2)]
        outcomes, heard = train_all(executor, tasks)
        assert outcomes.keys() == {task.key for task in tasks}
        assert heard == {task.key: [1, 2] for task in tasks}

    def test_a_training_that_raises_fails_with_type_and_message_on_one_line(self, executor):
        outcome = train_one(executor, a_task(act="raise"))
        assert (outcome.state, outcome.reason) == (FAILED, "ValueError: labels out of range")

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_a_loss_that_is_not_finite_fails(self, executor, value):
        outcome = train_one(executor, a_task(result={"loss": value}))
        assert (outcome.state, outcome.reason) == (
            FAILED,
            f"loss is {value}: the training diverged",
        )

    def test_a_result_that_is_no_json_fails(self, executor):
        outcome = train_one(executor, a_task(act="malformed progress"))
        assert outcome.reason.startswith("ValueError: progress needs an epoch")

    def test_after_a_failure_it_goes_on(self, executor):
        train_one(executor, a_task(act="raise"))
        assert train_one(executor, a_task()).state == COMPLETE

    def test_a_place_is_taken_until_the_task_is_done(self, executor):
        places = executor.free()
        executor.submit(a_task())
        assert executor.free() == places - 1
        executor.wait(lambda task, state: None)
        assert executor.free() == places

    def test_more_than_fits_and_waiting_for_nothing_are_refused(self, executor):
        with pytest.raises(ValueError, match="submitted"):
            executor.wait(lambda task, state: None)
        for number in range(executor.free()):
            executor.submit(a_task(number))
        with pytest.raises(ValueError, match="free"):
            executor.submit(a_task())

    def test_it_can_be_closed_twice_with_work_under_way(self, executor):
        executor.submit(a_task(nap=30))
        executor.close()
        executor.close()


class TestSerialExecutor(ExecutorContract):
    @pytest.fixture
    def executor(self):
        with contextlib.closing(SerialExecutor(fake_trainer.train)) as executor:
            yield executor


class TestProcessExecutor(ExecutorContract):
    @pytest.fixture
    def executor(self, tmp_path):
        executor = ProcessExecutor(
            TRAINER, workers=2, environment={"FAKE": "1"}, log=tmp_path / "workers.log"
        )
        with contextlib.closing(executor):
            yield executor

    @pytest.mark.parametrize(
        ("act", "ending"),
        [
            ("die", "killed by SIGKILL, likely out of memory"),
            ("crash", "killed by SIGSEGV"),
            ("leave", "ended with exit code 3"),
        ],
    )
    def test_a_child_that_dies_fails_with_how(self, executor, act, ending):
        tasks = [a_task(1, act=act), a_task(2)]
        outcomes, _ = train_all(executor, tasks)
        assert outcomes[tasks[0].key].reason == f"the training process gave no result: {ending}"
        assert outcomes[tasks[1].key].state == COMPLETE

    def test_workers_train_at_the_same_time(self, executor):
        train_one(executor, a_task())  # the server has started
        begun = time.monotonic()
        train_all(executor, [a_task(number, nap=0.4) for number in (1, 2)])
        assert time.monotonic() - begun < 1.5  # 1.6 one after the other

    def test_a_spec_larger_than_any_pipe_arrives(self, executor):
        assert train_one(executor, a_task(ballast="x" * 3_000_000)).state == COMPLETE

    def test_the_tracebacks_and_chatter_of_children_go_to_the_log(self, executor, tmp_path, capfd):
        train_all(executor, [a_task(1, act="raise"), a_task(2, act="print")])
        log = (tmp_path / "workers.log").read_text()
        assert "Traceback" in log
        assert "chatter" in log
        assert capfd.readouterr() == ("", "")

    def test_close_ends_the_children_and_the_server(self, executor, tmp_path):
        pid = tmp_path / "pid"
        executor.submit(a_task(act="hang", pid=str(pid)))
        with pytest.raises(Interrupted):
            executor.wait(_interrupt_at_epoch_2)
        until(lambda: pid.exists() and pid.read_text())
        executor.close()
        until(lambda: not alive(int(pid.read_text())))
        assert not alive(executor.server_pid)

    def test_a_killed_fork_server_costs_no_training(self, executor):
        """What had begun ends as an orphan; what had not begins under the next server."""
        train_one(executor, a_task())
        first = executor.server_pid
        executor.submit(a_task(1, nap=0.5))
        executor.submit(a_task(2))
        executor.wait(lambda task, state: None)
        os.kill(first, signal.SIGKILL)
        outcomes, _ = train_all_of(executor, running=1, more=[a_task(3), a_task(4)])
        assert {outcome.state for outcome in outcomes.values()} == {COMPLETE}
        assert executor.server_pid != first


class Interrupted(Exception):
    pass


def _interrupt_at_epoch_2(task, state):
    if state["epoch"] == 2:
        raise Interrupted


def train_all_of(executor, running, more):
    for task in more[:1]:
        executor.submit(task)
    outcomes = {}
    while len(outcomes) < running + 1:
        outcomes |= {t.key: o for t, o in executor.wait(lambda task, state: None)}
    rest, heard = train_all(executor, more[1:])
    return outcomes | rest, heard


def test_the_environment_reaches_the_children_alone(tmp_path, monkeypatch):
    (tmp_path / "tells.py").write_text(
        "import os\ndef train(spec, progress): raise ValueError(os.environ['ONLY_THERE'])"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    executor = ProcessExecutor("tells:train", 1, environment={"ONLY_THERE": "yes"})
    with contextlib.closing(executor):
        assert train_one(executor, a_task()).reason == "ValueError: yes"
    assert "ONLY_THERE" not in os.environ
