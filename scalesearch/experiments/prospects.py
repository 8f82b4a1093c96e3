"""What a search may take and come to, told before any of it is trained."""

from dataclasses import dataclass, replace
from typing import Any

from scalesearch.core.candidates import mixture
from scalesearch.core.pace import fitted, trainings_within
from scalesearch.core.quantities import duration, several
from scalesearch.errors import StudyError, parameter
from scalesearch.experiments.forecast import remembered_estimate, timed
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.search_stop import naming_of
from scalesearch.search.outlook import Outlook, outlook
from scalesearch.search.search_rounds import Spending, round_size
from scalesearch.studies.timings import recall


@dataclass(frozen=True, slots=True)
class Prospect:
    """The trainings of a search, in the first round and at most, and what may be expected of them.

    `most` is None where it follows from minutes, and the machine's pace is not known. `expected`
    is None where nothing can be said, and `seconds` is how long its trainings take, where known.
    """

    first: int
    further: int
    """Trainings of each further round."""
    most: int | None
    regret: float
    minutes: float | None
    expected: Outlook | None
    seconds: float | None

    @property
    def lines(self) -> list[str]:
        """The same for a person."""
        most = "as many trainings" if self.most is None else several(self.most, "training")
        if self.minutes is not None:
            most += (
                f" as take {self.minutes:g} minutes"
                if self.most is None
                else (f", which take {self.minutes:g} minutes here,")
            )
        unknown = f" ({parameter('calibrate')} tells how many)" if self.most is None else ""
        return [
            f"Round 1: {several(self.first, 'training')}, of every distinct proxy. Then rounds of "
            f"{self.further} where they teach most, until the named point is expected to lie at "
            f"most {self.regret:g} points of top-1 below the best one, or {most} are "
            f"done{unknown}.",
            *self._expectation,
        ]

    @property
    def _expectation(self) -> list[str]:
        if self.expected is None:
            return []
        time = "" if self.seconds is None else f" ({duration(self.seconds)})"
        return [
            f"On typical surfaces that is about {several(self.expected.trainings, 'training')}"
            f"{time}, with {self.expected.regret:g} points expected to be left."
        ]

    def to_json(self) -> dict[str, Any]:
        """The same for a program."""
        expected = self.expected
        return {
            "first_round": self.first,
            "further_rounds": self.further,
            "most_trainings": self.most,
            "regret": self.regret,
            "minutes": self.minutes,
            "expected_trainings": expected and expected.trainings,
            "expected_regret": expected and expected.regret,
            "expected_seconds": self.seconds,
        }


def prospect(plan: SearchPlan, options: RunOptions) -> Prospect:
    """The prospect of a search, by what is remembered of this machine and by typical surfaces."""
    stop = plan.rounds.stop
    assert stop is not None
    most = _most(plan, options)
    expected = _expected(plan, stop.trainings if most is None else most)
    seconds = None
    if expected is not None:
        trained = plan.changed(
            rounds=replace(plan.rounds, stop=replace(stop, trainings=expected.trainings))
        )
        workers, threads = options.wished_workers, options.threads
        seconds = remembered_estimate(timed(trained), options.data, workers, threads).seconds
    return Prospect(
        first=plan.first_round,
        further=round_size(len(plan.trials) - 1),
        most=most,
        regret=stop.regret,
        minutes=stop.minutes,
        expected=expected,
        seconds=seconds,
    )


def _most(plan: SearchPlan, options: RunOptions) -> int | None:
    """The most trainings. None where minutes are given and what they hold is not known or none."""
    stop = plan.rounds.stop
    assert stop is not None
    if stop.minutes is None:
        return stop.trainings
    workers, found = options.wished_workers, timed(plan)
    known = recall(options.data, found.what(workers, options.threads))
    if known is None:
        return None
    pace = fitted(known.timings)
    return trainings_within(60 * stop.minutes, found.trainings, pace, workers) or None


def _expected(plan: SearchPlan, most: int) -> Outlook | None:
    """What typical surfaces say; None where networks are not of one cost."""
    if plan.terms.literal:
        return None
    proxies = (trial.pair.proxy for trial in plan.trials[1:])
    places = (mixture(each.depth, each.width, each.resolution) for each in proxies)
    spending = Spending(tuple(plan.first_seeds), naming_of(plan).regret, most)
    try:
        return outlook([place for place in places if place], spending, naming_of(plan))
    except StudyError:
        return None
