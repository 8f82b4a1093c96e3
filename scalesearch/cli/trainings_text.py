"""What a plan trains, on what, and what that takes: for a person and for a program."""

from typing import Any

from scalesearch.core.quantities import quantity, several
from scalesearch.experiments.datasets import data_lines, left_alone_json, left_alone_lines
from scalesearch.experiments.forecast import Estimate
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.resources import needs_of


def training_lines(plan: Plan[Any, Any]) -> list[str]:
    """What a comparison or sweep trains and on what, for a person."""
    return [
        f"{data_lines(plan.profile, plan.data, plan.facts, plan.lengths)}.",
        *left_alone_lines(plan.data, plan.facts),
        f"{plan.trainings} trainings ({several(plan.rounds.seeds, 'seed')} each), "
        f"{quantity(plan.training_macs)} multiply-accumulates.",
    ]


def training_json(plan: Plan[Any, Any]) -> dict[str, Any]:
    """The same for a program."""
    return {
        "profile": plan.profile.name,
        "dataset": plan.data.dataset,
        "left_alone": left_alone_json(plan.facts),
        "seeds": plan.rounds.seeds,
        "trainings": plan.trainings,
        "training_macs": plan.training_macs,
    }


def forecast_lines(plan: Plan[Any, Any], estimate: Estimate) -> list[str]:
    """Time, memory and disk."""
    return [estimate.line, needs_of(plan).line(estimate.workers)]


def forecast_json(plan: Plan[Any, Any], estimate: Estimate) -> dict[str, Any]:
    """The same for a program."""
    return {"needs": needs_of(plan).to_json(estimate.workers), "estimate": estimate.to_json()}
