"""What a run was estimated to take and what it took; its trainings' times, remembered."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from scalesearch.core.cost import Cost
from scalesearch.core.pace import Timing, fitted, seconds_of, trainings_within
from scalesearch.core.quantities import duration, several
from scalesearch.core.tasks import COMPLETE, Task
from scalesearch.errors import StudyError, parameter
from scalesearch.experiments.calibration import measured
from scalesearch.experiments.forecast import Estimate, Timed, estimate, timed
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.rounds import one_round
from scalesearch.experiments.session import Session
from scalesearch.search.meter import Work, arithmetic
from scalesearch.studies.study import Record
from scalesearch.studies.timings import Remembered, recall, remember

WORTH_MEASURING = 10**12
"""MACs of all trainings from which on a run measures first: beside them it is a few hundredths."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of a study that one run has trained from its beginning to its end.

    None where several runs have, since their times do not add up to one; `estimated_seconds` also
    where nothing was known of the machine.
    """

    estimated_seconds: float | None = None
    search_seconds: float | None = None

    @property
    def sentences(self) -> list[str]:
        """The estimate against the fact, where they are known."""
        if self.search_seconds is None:
            return []
        if self.estimated_seconds is None:
            return [f"Took {duration(self.search_seconds)}."]
        return [
            f"Estimated {duration(self.estimated_seconds)}, took {duration(self.search_seconds)}."
        ]

    def to_json(self) -> dict[str, float | None]:
        """Plain values; `Took(**values)` makes the same of them."""
        return asdict(self)


class Stopwatch:
    """Estimates a run at its beginning, and holds the estimate against the fact at its end."""

    def __init__(self, inside: Session) -> None:
        """Tell how long it will take; measure first where that is asked for or worth it.

        Raises StudyError where that is asked for and nothing can be measured.
        """
        options, minutes = inside.options, _minutes(inside.plan)
        settled = (
            None
            if minutes is None
            else inside.study.trainings_within(minutes, _decisive(inside.plan))
        )
        calibrate = options.calibrate
        self._inside, self._timed = inside, timed(inside.plan)
        self._what = self._timed.what(inside.workers, options.threads)
        self._fresh = inside.study.is_fresh
        self._before = set(inside.study.finished())
        self._known = None if calibrate else recall(options.data, self._what)
        must_be_known = calibrate or (minutes is not None and settled is None and not self._known)
        estimated, elapsed = Estimate(inside.workers), None
        if must_be_known or (self._is_worth_measuring and not self._known):
            try:
                self._known = measured(
                    inside.executor, self._timed, inside.workers, inside.begun, options.tell
                )
            except StudyError:
                if must_be_known:
                    raise
            else:
                self._remember(self._known)
                elapsed = time.monotonic() - inside.begun
        self.plan = inside.plan if minutes is None else self._settled(minutes, settled)
        """The plan with the trainings that fit into the minutes that were given, if any were."""
        self._timed = timed(self.plan)
        if self._fresh:  # what is left of a study that goes on is told as soon as a training ends
            estimated = estimate(self._timed, self._known, inside.workers, elapsed)
        if estimated.seconds is not None:
            options.tell(estimated.line)
        self._estimated = estimated.seconds

    def _settled(self, minutes: float, before: int | None) -> Plan[Any, Any]:
        """The plan with as many trainings as `minutes` hold, reckoned once and then kept.

        Raises StudyError where they hold less than one round.
        """
        inside = self._inside
        plan = inside.plan
        trainings = before
        if trainings is None:
            assert self._known is not None
            pace, one = fitted(self._known.timings), self._timed.trainings
            trainings = trainings_within(60 * minutes, one, pace, inside.workers)
            if not trainings:
                first = seconds_of(replace(one, further=0), pace, inside.workers)
                raise StudyError(
                    f"{parameter('minutes')} must be at least what one round takes here, about "
                    f"{duration(first)}: {one_round(len(plan.trials), plan.rounds.seeds)}. Got "
                    f"{minutes:g}."
                )
            inside.study.note_trainings(minutes, _decisive(plan), trainings)
        inside.options.tell(f"{minutes:g} minutes hold {several(trainings, 'training')} here.")
        assert plan.rounds.stop is not None
        stop = replace(plan.rounds.stop, trainings=trainings)
        return plan.changed(rounds=replace(plan.rounds, stop=stop))

    @property
    def _is_worth_measuring(self) -> bool:
        """Whether our own trainer is about to begin with what takes long."""
        own = self._inside.plan.trainer is not None
        return self._fresh and not own and self._timed.macs >= WORTH_MEASURING

    @property
    def work(self) -> Work:
        """What the time left is told by: seconds where they are known, else arithmetic."""
        images = self._timed.trainings.images
        if self._known is None or not images:
            return arithmetic
        pace = fitted(self._known.timings)
        epochs = self._timed.profile.recipe.epochs

        def seconds(task: Task) -> float:
            columns = task.attributes
            cost = Cost(columns["proxy_macs"], columns["proxy_params"], columns["proxy_acts"])
            length = task.spec.get("recipe", {}).get("epochs", epochs) / epochs
            return pace.start + length * images * pace.per_image(cost)

        return seconds

    def stop(self) -> Took:
        """To be called at the end of the last training. Raises StudyError for the study's disk."""
        seconds = time.monotonic() - self._inside.begun
        rows = self._inside.study.finished()
        new = [row for key, row in rows.items() if key not in self._before]
        if self._fresh:
            took = Took(self._estimated, round(seconds, 1))
            self._inside.study.note_time(took.to_json())
        elif new:
            self._inside.study.note_time(Took().to_json())
        self._learn(new, seconds)
        return Took(**{**Took().to_json(), **self._inside.study.time})

    def _learn(self, new: Iterable[Record], seconds: float) -> None:
        """Remember what this run's own trainings took, where they are of several networks."""
        timings = timings_of(new, self._timed)
        if len({(each.macs, each.acts) for each in timings}) < 2:
            return
        load = self._known.load if self._known else 0.0
        if self._fresh and not self._known:  # what the trainings do not explain
            trained = seconds_of(self._timed.trainings, fitted(timings), self._inside.workers)
            load = max(0.0, seconds - trained)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._remember(Remembered(now, load, timings))

    def _remember(self, found: Remembered) -> None:
        try:
            remember(self._inside.options.data, self._what, found)
        except StudyError as error:  # no reason to stop a search
            self._inside.options.tell(f"What trainings take here is not remembered: {error}")


def _decisive(plan: Plan[Any, Any]) -> tuple[int, ...]:
    """What an extension may change of how long a training and a round take."""
    return plan.profile.recipe.epochs, len(plan.trials), plan.rounds.seeds


def _minutes(plan: Plan[Any, Any]) -> float | None:
    """How long a search may take, where that was said."""
    return plan.rounds.stop.minutes if plan.rounds.stop else None


def timings_of(rows: Iterable[Mapping[str, Any]], timed: Timed) -> tuple[Timing, ...]:
    """Of each complete row, as far as its numbers are of use."""
    recipe = timed.profile.recipe
    epoch = timed.trainings.images / recipe.epochs

    def images(row: Mapping[str, Any]) -> float:
        return (row["epochs"] or recipe.epochs) * epoch

    return tuple(
        Timing(
            macs=row["proxy_macs"],
            acts=row["proxy_acts"],
            start=max(0.0, row["seconds"] - images(row) / row["images_per_second"]),
            per_image=1 / row["images_per_second"],
        )
        for row in rows
        if row["state"] == COMPLETE and row["images_per_second"]
    )
