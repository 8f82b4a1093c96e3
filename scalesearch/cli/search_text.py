"""The plan of a search as a JSON document and as text."""

import math
from dataclasses import astuple
from typing import Any

from scalesearch.cli.render import table
from scalesearch.cli.sizes_text import counts_json, depth_text, shares_json, shares_text
from scalesearch.cli.trainings_text import forecast_json, forecast_lines
from scalesearch.core.candidates import Candidate
from scalesearch.core.networks import Realised
from scalesearch.core.pairs import Pair
from scalesearch.core.quantities import quantity, ratio
from scalesearch.experiments.datasets import data_lines, left_alone_json, left_alone_lines
from scalesearch.experiments.forecast import Estimate
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.latency_file import Measured
from scalesearch.experiments.prospects import Prospect

OTHER_BUDGET = 0.15
"""log2 of the nominal ratio at phi 1, less 1, beyond which coefficients mean another budget."""


def plan_json(
    plan: SearchPlan, measured: Measured, estimate: Estimate, prospect: Prospect
) -> dict[str, Any]:
    """The document of `grid --dry-run --json`. Costs are MACs, parameters, activations an image."""
    return {
        "baseline": plan.network.name,
        "phi": plan.terms.phi,
        "target_ratio": 2**plan.terms.phi,
        "literal": plan.terms.literal,
        "candidates": len(plan.pairs),
        "distinct": plan.distinct,
        "distinct_proxies": len(plan.trials) - 1,
        "refused": len(plan.pairs) - len(plan.accepted),
        "counted_ratio_min": min(pair.full.ratio for pair in plan.pairs if pair.full.counted),
        "counted_ratio_max": max(pair.full.ratio for pair in plan.pairs if pair.full.counted),
        "trainings": plan.trainings,
        "training_macs": plan.training_macs,
        **prospect.to_json(),
        "profile": plan.profile.name,
        "dataset": plan.data.dataset,
        "left_alone": left_alone_json(plan.facts),
        **forecast_json(plan, estimate),
        "reference": _pair_json(plan.baseline, plan.terms.phi, measured),
        "rows": [_pair_json(pair, plan.terms.phi, measured) for pair in plan.pairs],
    }


def _pair_json(pair: Pair[Any], phi: float, measured: Measured) -> dict[str, Any]:
    coefficients = pair.coefficients
    return {
        "name": pair.name,
        "alpha": coefficients.alpha,
        "beta": coefficients.beta,
        "gamma": coefficients.gamma,
        "included": isinstance(pair.asked, Candidate) and pair.asked.included,
        "shares": shares_json(pair.asked.shares),
        "nominal_ratio": coefficients.nominal**phi,
        **_realised_json(pair.full),
        "refused": pair.refused or None,
        "proxy": _realised_json(pair.proxy),
        **({"measured": measured.get(pair.name)} if measured else {}),
    }


def _realised_json(realised: Realised) -> dict[str, Any]:
    return {
        "realised_shares": shares_json(realised.shares),
        "repeats": list(realised.network.repeats),
        "depth": realised.depth,
        "width": realised.width,
        "resolution": realised.network.resolution.to_json(),
        **counts_json(realised),
    }


def plan_text(plan: SearchPlan, measured: Measured, estimate: Estimate, prospect: Prospect) -> str:
    """The candidates at full size and as proxies, what was measured, and what a search costs."""
    pairs = (plan.baseline, *plan.pairs)
    full = (
        "candidate", "alpha", "beta", "gamma", "shares d/w/r", "realised", "blocks", "width", "px",
        "MACs", "ratio",
    )  # fmt: skip
    proxy = ("proxy of", "realised", "blocks", "width", "px", "MACs", "ratio")
    parts = [
        table(full, [_full_text(pair) for pair in pairs], left=("candidate",)),
        "",
        table(
            proxy,
            [(pair.name, *_sizes_text(pair.proxy)) for pair in pairs],
            left=("proxy of",),
        ),
        "",
    ]
    if measured:
        from scalesearch.cli.latency_text import measured_text

        parts += [measured_text(plan, measured), ""]
    lines = [*summary(plan), *prospect.lines, *forecast_lines(plan, estimate)]
    return "\n".join([*parts, *lines])


def _full_text(pair: Pair[Any]) -> tuple[str, ...]:
    coefficients = pair.coefficients
    return (
        pair.name,
        f"{coefficients.alpha:.3f}",
        f"{coefficients.beta:.3f}",
        f"{coefficients.gamma:.3f}",
        shares_text(pair.asked.shares),
        *_sizes_text(pair.full),
    )


def _sizes_text(realised: Realised) -> tuple[str, ...]:
    return (
        shares_text(realised.shares),
        depth_text(realised.blocks, realised.depth),
        f"{realised.width:.3f}",
        str(realised.network.resolution),
        *((quantity(realised.cost.macs), ratio(realised.ratio)) if realised.counted else "--"),
    )


def summary(plan: SearchPlan) -> list[str]:
    """What a search will train and on what, in a few lines, after what it will not train."""
    return [
        *(f"Refused: {pair.name}: {pair.refused}." for pair in plan.pairs if pair.refused),
        _cost_sentence(plan),
        *_nearness(plan),
        *_shares_alone(plan),
        f"{len(plan.pairs)} candidates, {plan.distinct} distinct networks, "
        f"{len(plan.trials) - 1} distinct proxies, {len(plan.pairs) - len(plan.accepted)} refused.",
        f"{data_lines(plan.profile, plan.data, plan.facts)}.",
        *left_alone_lines(plan.data, plan.facts),
        f"The whole search: {_most(plan)}.",
    ]


def _most(plan: SearchPlan) -> str:
    """Trainings and their work, which follow from the time where minutes were given."""
    stop = plan.rounds.stop
    if stop is not None and stop.minutes is not None:
        return f"as many trainings as take {stop.minutes:g} minutes here"
    macs = quantity(plan.training_macs)
    return f"at most {plan.trainings} trainings, {macs} multiply-accumulates"


def _nearness(plan: SearchPlan) -> list[str]:
    """How far realised shares lie from the asked ones; a formula's networks asked for none."""
    if plan.terms.literal:
        return []
    full, proxy = (
        max(
            max(abs(a - b) for a, b in zip(astuple(asked), astuple(got), strict=True))
            for asked, got in parts
            if got is not None
        )
        for parts in (
            [(pair.asked.shares, pair.full.shares) for pair in plan.accepted],
            [(pair.asked.shares, pair.proxy.shares) for pair in plan.accepted],
        )
    )
    return [
        f"Realised shares lie within {full:.2f} of the asked ones at full size, within "
        f"{proxy:.2f} as proxies."
    ]


def _shares_alone(plan: SearchPlan) -> list[str]:
    """Included coefficients of another budget: at equal cost they are a direction and no more."""
    if plan.terms.literal:
        return []
    asked = (pair for pair in plan.accepted if pair.asked.included)
    return [
        f"Coefficients {pair.name} ask for {pair.coefficients.nominal**plan.terms.phi:.4g} times "
        "the cost by the formula: at equal cost only their shares count."
        for pair in asked
        if abs(math.log2(pair.coefficients.nominal) - 1) > OTHER_BUDGET
    ]


def _cost_sentence(plan: SearchPlan) -> str:
    ratios = [pair.full.ratio for pair in plan.accepted]
    times, name = f"{2**plan.terms.phi:.3g}", plan.network.name
    if not plan.terms.literal:
        return (
            f"Equal cost: every network at {times} times {name}'s MACs, counted {min(ratios):.3f} "
            f"to {max(ratios):.3f}."
        )
    return (
        f"Literal: the formula asks for {times} times {name}'s MACs; with its rounding the "
        f"networks cost {min(ratios):.2f} to {max(ratios):.2f} times, so costlier ones have an "
        "advantage."
    )
