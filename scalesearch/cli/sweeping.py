"""What `sweep` was asked for, from options to networks along lines.

Of a table without TensorFlow; the models of a function must be built to be counted.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from scalesearch.cli.arm_training import Named, Work
from scalesearch.cli.baselines import find_baseline, pinned, proxy_for, try_proxies
from scalesearch.cli.proxies import (
    ProxyOptions,
    data_for,
    data_key,
    data_of,
    profile_of,
    proxy_key,
)
from scalesearch.cli.render import note
from scalesearch.core.arms import BASELINE, SINGLE, Arm, baseline_arm
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network
from scalesearch.core.realisation import trained_once
from scalesearch.core.sweeps import Point, one_at_a_time, width_at
from scalesearch.errors import ConfigError

KIND = "sweep"
FACTORS = (1.4, 2.0)
"""What a dimension is multiplied by where nothing is asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `sweep` that decide what is trained."""

    factors: dict[str, tuple[float, ...] | None]
    """Of depth, width, resolution; None where not asked for."""
    pairs: tuple[tuple[float, float], ...]
    """(depth, resolution) at which width is swept; none for one dimension at a time."""
    baseline: str
    options: ProxyOptions
    seed: int
    seeds: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep that could start."""

    baseline: Network
    reference: Arm
    """The baseline itself."""
    points: tuple[Point, ...]
    by_pairs: bool
    """Width at fixed pairs, rather than one dimension at a time."""
    work: Work


def sweep_of(asked: Asked) -> Sweep:
    """Everything that can be known before the first training.

    Raises ScaleSearchError for what can be told to be wrong without training.
    """
    _check(asked)
    baseline = find_baseline(asked.baseline)
    profile = profile_of(asked.options)
    data, facts = data_of(asked.options, profile)
    proxy = proxy_for(baseline, profile, facts)
    if isinstance(baseline, FunctionNetwork):
        note(f"Counting the models of {baseline.name} ...")
    points = _built(_points(asked, baseline, proxy))
    reference = baseline_arm(baseline, proxy)
    try_proxies([reference.proxy, *(point.proxy for point in points)], profile.recipe)
    baseline, reference, points = pinned((baseline, reference, points), baseline)
    data, facts = data_for(proxy, [point.proxy.network for point in points], data, facts)
    settings: dict[str, Any] = {
        "kind": KIND,
        "baseline": baseline.to_json(),
        "networks": [point.name for point in points],
        "proxy": proxy_key(profile),
        "recipe": profile.recipe.to_json(),
        "data": data_key(data, facts),
        "seed": asked.seed,
        "seeds": asked.seeds,
    }
    asked_for = (
        Named(BASELINE, reference.full, reference.proxy),
        *(Named(point.name, point.full, point.proxy) for point in points),
    )
    proxies = trained_once(each.proxy for each in asked_for)
    named = tuple(
        dataclasses.replace(each, proxy=proxy)
        for each, proxy in zip(asked_for, proxies, strict=True)
    )
    work = Work(KIND, named, profile, data, facts, asked.seed, asked.seeds, settings, False)
    return Sweep(baseline, reference, points, bool(asked.pairs), work)


def _points(asked: Asked, baseline: Network, proxy: Network) -> tuple[Point, ...]:
    given = {name: factors for name, factors in asked.factors.items() if factors}
    if asked.pairs:
        return width_at(baseline, proxy, asked.pairs, given.get("width", FACTORS))
    return one_at_a_time(baseline, proxy, given or dict.fromkeys(SINGLE, FACTORS))


def _built(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The points that can be built; the others are told with the reason.

    Raises ConfigError where none but the baseline itself is left.
    """
    refused = [point for point in points if point.refused]
    left = tuple(point for point in points if not point.refused)
    if refused and all(point.factor == 1 and point.asked == Multipliers() for point in left):
        raise ConfigError(f"No network of the sweep can be built: {refused[0].refused}.")
    for point in refused:
        note(f"Left out: {point.name}: {point.refused}.")
    return left


def _check(asked: Asked) -> None:
    for name, factors in asked.factors.items():
        for factor in factors or ():
            if not factor > 0:
                raise ConfigError(f"Option --{name} must be factors above 0. Got {factor:g}.")
    if not asked.pairs:
        return
    for name in ("depth", "resolution"):
        if asked.factors[name]:
            raise ConfigError(
                f"Option --{name} sweeps that dimension, and --pair holds it fixed. Leave one out."
            )
