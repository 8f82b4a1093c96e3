"""When a search stops: what is asked for, held against what one round of it is."""

from dataclasses import replace
from typing import TypeAlias

from scalesearch.core.candidates import Candidate
from scalesearch.errors import ConfigError, parameter
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.rounds import one_round
from scalesearch.experiments.search_request import SearchTerms
from scalesearch.search.naming_rule import Naming

SearchPlan: TypeAlias = Plan[Candidate, SearchTerms]


def stopping(
    plan: SearchPlan,
    regret: float | None = None,
    trainings: int | None = None,
    minutes: float | None = None,
) -> SearchPlan:
    """The plan with another rule for when to stop; what is None stays as the plan has it.

    A profile's trainings are never fewer than one round. Raises ConfigError for a regret or minutes
    that are not positive, for trainings that are fewer than one round, and for minutes of a trainer
    of the user's own, whose time cannot be told before the first training.
    """
    networks, seeds, usual = len(plan.trials), plan.rounds.seeds, plan.rounds.stop
    assert usual is not None
    stop = usual.changed(regret, trainings, minutes)
    if stop.minutes is not None and plan.trainer is not None:
        raise ConfigError(
            f"{parameter('minutes')} needs trainings of ours, whose time can be told before the "
            "first.",
            remedy=f"Give {parameter('trainings')} for a trainer of your own.",
        )
    if stop.trainings < networks * seeds:
        if trainings is not None:
            raise ConfigError(
                f"{parameter('trainings')} must be at least one round, and "
                f"{one_round(networks, seeds)}. Got {trainings}."
            )
        stop = replace(stop, trainings=networks * seeds)
    return plan.changed(rounds=replace(plan.rounds, stop=stop))


def naming_of(plan: SearchPlan) -> Naming:
    """By which rule a point is named from what the plan trains."""
    assert plan.rounds.stop is not None
    return plan.terms.naming(plan.rounds.stop.regret)
