"""The time left that a search tells while it runs."""

import heapq
from collections import deque
from collections.abc import Sequence
from itertools import count

import pytest

from scalesearch.core.tasks import Task
from scalesearch.search.meter import Meter
from tests.search.tasks_for_tests import a_plan

LOAD, START, STEPS = 14.0, 6.0, 20.0
"""Seconds until the first training begins, of a training apart from its steps, and of its steps."""


def seconds(task: Task) -> float:
    return START + STEPS


def steadily(task: Task) -> float:
    return 100


class Machine:
    """Workers that take as long as `work` says, by a clock of their own."""

    def __init__(self, workers: int, epochs: int, work=seconds) -> None:
        self.now, self.workers, self.epochs, self.work = 0.0, workers, epochs, work
        self.meter = Meter(lambda: self.now, work)
        self.told: list[tuple[float, float | None]] = []  # when, and seconds left

    def search(self, phases: Sequence[int]) -> "Machine":
        for number, trainings in enumerate(phases):
            tasks = a_plan(20)[:trainings]
            self.meter.expect(tasks, {})
            self.meter.expect_later(sum(phases[number + 1 :]), tasks)
            self._train(deque(tasks))
        return self

    def _train(self, waiting: deque[Task]) -> None:
        """Tell the meter each beginning, epoch and end, and note what it says after each."""
        order, running = count(), 0
        words: list[tuple[float, int, Task, float]] = []
        while waiting or running:
            while waiting and running < self.workers:
                task, running = waiting.popleft(), running + 1
                self.meter.begin(task)
                self._note()
                begun, takes = max(self.now, LOAD), self.work(task)
                for epoch in range(self.epochs + 1):
                    share = epoch / self.epochs
                    heapq.heappush(words, (begun + takes * share, next(order), task, share))
            self.now, _, task, share = heapq.heappop(words)
            self.meter.advance(task, share)
            self._note()
            if share == 1:
                running -= 1
                self.meter.end(task, {"state": "reached"})
                self._note()

    def _note(self) -> None:
        self.told.append((self.now, self.meter.standing().left))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_time_left_is_near_from_the_first_training_on_where_seconds_are_known(workers):
    machine = Machine(workers, 1).search([16, 8])  # of the profile `quick`
    known = [(when, left) for when, left in machine.told if left is not None]
    assert len(known) > len(machine.told) - 3 * workers
    for when, left in known:
        assert left == pytest.approx(machine.now - when, rel=0.2, abs=1.5 * (START + STEPS))
    assert machine.told[-1] == (machine.now, 0.0)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_it_is_right_after_every_epoch_and_beginning_of_long_trainings(workers):
    machine = Machine(workers, 10, steadily).search([8])
    known = [(when, left) for when, left in machine.told if left is not None]
    assert len(known) == len(machine.told) - 2 * workers  # all but the first beginnings
    for when, left in known:
        assert left == pytest.approx(machine.now - when, abs=1e-6)


def test_nothing_is_told_before_something_was_trained():
    machine = Machine(1, 1)
    machine.meter.expect(a_plan(2), {})
    machine.meter.begin(a_plan(2)[0])
    machine.now = LOAD
    machine.meter.advance(a_plan(2)[0], 0.0)
    assert machine.meter.standing().left is None
