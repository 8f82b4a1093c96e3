"""The plan of a sweep: networks along lines, and the baseline."""

from typing import TypeAlias

from scalesearch.core.arms import SINGLE, baseline_arm
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network
from scalesearch.core.pairs import Pair
from scalesearch.core.sweeps import Point, one_at_a_time, width_at
from scalesearch.errors import ConfigError, parameter
from scalesearch.experiments.datasets import Tell, data_for, data_of
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.network_names import load
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.rounds import Rounds
from scalesearch.experiments.source_pins import tried
from scalesearch.experiments.sweep_request import SweepRequest, SweepTerms
from scalesearch.experiments.training_options import profile_of

FACTORS = (1.4, 2.0)
"""What a dimension is multiplied by where nothing is asked."""

SweepPlan: TypeAlias = Plan[Point, SweepTerms]


def sweep_plan(request: SweepRequest, tell: Tell) -> SweepPlan:
    """Everything that can be known of a sweep before its first training.

    Raises ScaleSearchError for what can be told to be wrong without training.
    """
    _check(request)
    baseline = load(request.baseline, tell)
    profile = profile_of(request.training)
    data, facts = data_of(request.training, profile, tell)
    proxy = kind_of(baseline).proxy(baseline, profile, facts, tell)
    if baseline.slow_to_count:
        tell(f"Counting the models of {baseline.name} ...")
    plan: SweepPlan = Plan(
        kind="sweep",
        baseline=baseline_arm(baseline, proxy),
        pairs=_built(_points(request, baseline, proxy), tell),
        terms=SweepTerms(bool(request.pairs)),
        profile=profile,
        data=data,
        facts=facts,
        seed=request.seed,
        rounds=Rounds(request.seeds),
        given=request.baseline,
    )
    plan = tried(plan, tell)
    proxies = [trial.pair.proxy.network for trial in plan.trials]
    data, facts = data_for(proxy, proxies, data, facts)
    return plan.changed(data=data, facts=facts)


def _points(request: SweepRequest, baseline: Network, proxy: Network) -> tuple[Pair[Point], ...]:
    given = {name: factors for name, factors in request.factors.items() if factors}
    if request.pairs:
        return width_at(baseline, proxy, request.pairs, given.get("width", FACTORS))
    return one_at_a_time(baseline, proxy, given or dict.fromkeys(SINGLE, FACTORS))


def _built(points: tuple[Pair[Point], ...], tell: Tell) -> tuple[Pair[Point], ...]:
    """The points that can be built; the others are told with the reason.

    Raises ConfigError where none but the baseline itself is left.
    """
    refused = [point for point in points if point.refused]
    left = tuple(point for point in points if not point.refused)
    if refused and all(point.asked.by == Multipliers() for point in left):
        raise ConfigError(f"No network of the sweep can be built: {refused[0].refused}.")
    for point in refused:
        tell(f"Left out: {point.name}: {point.refused}.")
    return left


def _check(request: SweepRequest) -> None:
    for name, factors in request.factors.items():
        for factor in factors or ():
            if not factor > 0:
                raise ConfigError(f"{parameter(name)} must be factors above 0. Got {factor:g}.")
    if not request.pairs:
        return
    for name in ("depth", "resolution"):
        if request.factors.get(name):
            raise ConfigError(
                f"{parameter(name)} sweeps that dimension, and {parameter('pair')} holds it fixed. "
                "Leave one out."
            )
