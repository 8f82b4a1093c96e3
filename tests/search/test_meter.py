"""The time left that a search tells while it runs."""

from collections import deque

import pytest

from scalesearch.search.meter import Meter
from scalesearch.search.tasks import Task
from tests.search.tasks_for_tests import a_plan

LOAD, START, STEPS = 14.0, 6.0, 20.0
"""Seconds until the first training begins, of a training apart from its steps, and of its steps."""
LEGS = ((16, 0.0, 0.125), (6, 0.125, 0.375), (4, 0.375, 1.0), (8, 0.0, 1.0))
"""Trainings of the profile `quick`: the baseline and 15 candidates, two cuts, the finalists."""


def seconds(task: Task, share: float) -> float:
    return START + share * STEPS


class Machine:
    """Workers that take as long as they are said to, by a clock of their own."""

    def __init__(self, workers: int) -> None:
        self.now, self.workers = 0.0, workers
        self.meter = Meter(lambda: self.now, seconds)
        self.told: list[tuple[float, float]] = []  # when, and seconds left

    def search(self) -> None:
        for number, (count, since, until) in enumerate(LEGS):
            tasks = [task.at("search", (since, until)) for task in a_plan(15)[:count]]
            self.meter.expect(tasks, {})
            self.meter.expect_later(
                [(n, end - begin) for n, begin, end in LEGS[number + 1 :]], tasks
            )
            self._train(tasks)

    def _train(self, tasks: list[Task]) -> None:
        waiting, running = deque(tasks), list[tuple[float, Task]]()
        while waiting or running:
            while waiting and len(running) < self.workers:
                task = waiting.popleft()
                self.meter.begin(task)
                begun = max(self.now, LOAD)
                since, until = task.leg
                running.append((begun + seconds(task, until - since), task))
            if self.now < LOAD:
                self.now = LOAD
                self.meter.advance(running[0][1], 0.0)
            running.sort(key=lambda each: each[0])
            self.now, task = running.pop(0)
            self.meter.end(task, {"state": "reached"})
            left = self.meter.standing().left
            assert left is not None
            self.told.append((self.now, left))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_time_left_is_near_from_the_first_training_on_where_seconds_are_known(workers):
    machine = Machine(workers)
    machine.search()
    assert len(machine.told) == sum(count for count, _, _ in LEGS)
    for when, left in machine.told[: -2 * workers]:
        assert left == pytest.approx(machine.now - when, rel=0.4)
    assert machine.told[-1] == (machine.now, 0.0)


def test_nothing_is_told_before_something_was_trained():
    machine = Machine(1)
    machine.meter.expect(a_plan(2), {})
    machine.meter.begin(a_plan(2)[0])
    machine.now = LOAD
    machine.meter.advance(a_plan(2)[0], 0.0)
    assert machine.meter.standing().left is None
