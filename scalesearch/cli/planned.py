"""A plan as a JSON document and as text."""

import math
from dataclasses import astuple
from typing import Any

from scalesearch.cli.estimating import Estimate
from scalesearch.cli.measured_file import Measured
from scalesearch.cli.needs import needs_of_search
from scalesearch.cli.planning import Search
from scalesearch.cli.proxies import data_lines, left_alone_json, left_alone_lines
from scalesearch.cli.render import quantity, ratio, several, table
from scalesearch.core.candidates import Shares
from scalesearch.core.networks import Realised
from scalesearch.core.plan import Plan, Row

OTHER_BUDGET = 0.15
"""log2 of the nominal ratio at phi 1, less 1, beyond which coefficients mean another budget."""


def plan_json(search: Search, measured: Measured, estimate: Estimate) -> dict[str, Any]:
    """The document of `grid --dry-run --json`. Costs are MACs, parameters, activations an image."""
    plan = search.plan
    return {
        "baseline": plan.baseline.name,
        "phi": plan.phi,
        "target_ratio": 2**plan.phi,
        "literal": plan.literal,
        "candidates": len(plan.rows),
        "distinct": plan.distinct,
        "distinct_proxies": len(plan.trials),
        "refused": len(plan.rows) - len(plan.accepted),
        "counted_ratio_min": min(row.full.ratio for row in plan.rows if row.full.counted),
        "counted_ratio_max": max(row.full.ratio for row in plan.rows if row.full.counted),
        "trainings": search.trainings,
        "training_macs": search.training_macs,
        "profile": search.profile.name,
        "dataset": search.data.dataset,
        "left_alone": left_alone_json(search.facts),
        "needs": needs_of_search(search).to_json(estimate.workers),
        "estimate": estimate.to_json(),
        "reference": _row_json(plan.reference, plan.phi, measured),
        "rows": [_row_json(row, plan.phi, measured) for row in plan.rows],
    }


def _row_json(row: Row, phi: float, measured: Measured) -> dict[str, Any]:
    coefficients = row.candidate.coefficients
    scaled = coefficients.nominal > 1
    return {
        "name": row.candidate.name,
        "alpha": coefficients.alpha,
        "beta": coefficients.beta,
        "gamma": coefficients.gamma,
        "included": row.candidate.included,
        "shares": _shares_json(row.candidate.shares if scaled else None),
        "nominal_ratio": coefficients.nominal**phi,
        **_realised_json(row.full),
        "refused": row.refused or None,
        "proxy": _realised_json(row.proxy),
        **({"measured": measured.get(row.candidate.name)} if measured else {}),
    }


def _realised_json(realised: Realised) -> dict[str, Any]:
    return {
        "realised_shares": _shares_json(realised.shares),
        "repeats": list(realised.network.repeats),
        "depth": realised.depth,
        "width": realised.width,
        "resolution": realised.network.resolution.to_json(),
        **counts_json(realised),
    }


def counts_json(realised: Realised) -> dict[str, Any]:
    """Counts and their ratio; null each of a network that its function cannot build."""
    counts = {**realised.cost._asdict(), "counted_ratio": realised.ratio}
    return counts if realised.counted else dict.fromkeys(counts)


def _shares_json(shares: Shares | None) -> dict[str, float] | None:
    if shares is None:
        return None
    return {"depth": shares.depth, "width": shares.width, "resolution": shares.resolution}


def plan_text(search: Search, measured: Measured, estimate: Estimate) -> str:
    """The candidates at full size and as proxies, what was measured, and what a search costs."""
    plan = search.plan
    rows = (plan.reference, *plan.rows)
    full = (
        "candidate", "alpha", "beta", "gamma", "shares d/w/r", "realised", "blocks", "width", "px",
        "MACs", "ratio",
    )  # fmt: skip
    proxy = ("proxy of", "realised", "blocks", "width", "px", "MACs", "ratio")
    parts = [
        table(full, [_full_text(row) for row in rows], left=("candidate",)),
        "",
        table(
            proxy,
            [(row.candidate.name, *_sizes_text(row.proxy)) for row in rows],
            left=("proxy of",),
        ),
        "",
    ]
    if measured:
        from scalesearch.cli.measured_grid import measured_text

        parts += [measured_text(plan, measured), ""]
    needs = needs_of_search(search).line(estimate.workers)
    return "\n".join([*parts, *summary(search), estimate.line, needs])


def _full_text(row: Row) -> tuple[str, ...]:
    coefficients = row.candidate.coefficients
    return (
        row.candidate.name,
        f"{coefficients.alpha:.3f}",
        f"{coefficients.beta:.3f}",
        f"{coefficients.gamma:.3f}",
        _shares_text(row.candidate.shares if coefficients.nominal > 1 else None),
        *_sizes_text(row.full),
    )


def _sizes_text(realised: Realised) -> tuple[str, ...]:
    return (
        _shares_text(realised.shares),
        _depth(realised),
        f"{realised.width:.3f}",
        str(realised.network.resolution),
        *((quantity(realised.cost.macs), ratio(realised.ratio)) if realised.counted else "--"),
    )


def _depth(realised: Realised) -> str:
    """Blocks; of a function's network, which knows them alone, the multiplier."""
    blocks = sum(realised.network.repeats)
    return str(blocks) if blocks else f"x{realised.depth:.2f}"


def _shares_text(shares: Shares | None) -> str:
    if shares is None:
        return "-"
    parts = (shares.depth, shares.width, shares.resolution)
    return "/".join(f"{part:.2f}".replace("-0.00", "0.00") for part in parts)


def summary(search: Search) -> list[str]:
    """What a search will train and on what, in a few lines, after what it will not train."""
    plan, profile = search.plan, search.profile
    return [
        *(f"Refused: {row.candidate.name}: {row.refused}." for row in plan.rows if row.refused),
        _cost_sentence(plan),
        *_nearness(plan),
        *_shares_alone(plan),
        f"{len(plan.rows)} candidates, {plan.distinct} distinct networks, "
        f"{len(plan.trials)} distinct proxies, {len(plan.rows) - len(plan.accepted)} refused.",
        f"{data_lines(profile, search.data, search.facts)}, "
        f"{several(profile.search_seeds, 'seed')} each, "
        f"{several(profile.finalists, 'finalist')} to {several(profile.final_seeds, 'seed')}.",
        *left_alone_lines(search.data, search.facts),
        *_cuts(search),
        f"The whole search: {search.trainings} trainings{_parts(search)}, "
        f"{quantity(search.training_macs)} multiply-accumulates.",
    ]


def _cuts(search: Search) -> list[str]:
    """When how many candidates are cut, where the profile does that."""
    profile, candidates = search.profile, len(search.plan.trials)
    if profile.halving is None:
        return []
    legs = list(profile.halving.legs(candidates, profile.finalists))
    if len(legs) == 1:
        return []
    first, *further = (
        f"the best {count} go on after {100 * since:.4g} %" for count, since, _ in legs[1:]
    )
    cuts = ", ".join([f"{first} of the training", *further])
    share = profile.halving.trainings(candidates, profile.finalists) / candidates
    return [
        f"Of {candidates} candidates, {cuts}. That is {100 * share:.0f} % of the work of training "
        "all to the end, as --no-early-stop does."
    ]


def _parts(search: Search) -> str:
    """How many parts cuts make of the trainings, which is what a running search counts."""
    return f" in {search.parts} parts" if search.parts > search.trainings else ""


def _nearness(plan: Plan) -> list[str]:
    """How far realised shares lie from the asked ones; a formula's networks asked for none."""
    if plan.literal:
        return []
    full, proxy = (
        max(
            max(abs(a - b) for a, b in zip(astuple(asked), astuple(got), strict=True))
            for asked, got in parts
            if got is not None
        )
        for parts in (
            [(row.candidate.shares, row.full.shares) for row in plan.accepted],
            [(row.candidate.shares, row.proxy.shares) for row in plan.accepted],
        )
    )
    return [
        f"Realised shares lie within {full:.2f} of the asked ones at full size, within "
        f"{proxy:.2f} as proxies."
    ]


def _shares_alone(plan: Plan) -> list[str]:
    """Included coefficients of another budget: at equal cost they are a direction and no more."""
    if plan.literal:
        return []
    asked = (row.candidate for row in plan.accepted if row.candidate.included)
    return [
        f"Coefficients {candidate.name} ask for {candidate.coefficients.nominal**plan.phi:.4g} "
        "times the cost by the formula: at equal cost only their shares count."
        for candidate in asked
        if abs(math.log2(candidate.coefficients.nominal) - 1) > OTHER_BUDGET
    ]


def _cost_sentence(plan: Plan) -> str:
    ratios = [row.full.ratio for row in plan.accepted]
    if not plan.literal:
        return (
            f"Equal cost: every network at {2**plan.phi:.3g} times {plan.baseline.name}'s MACs, "
            f"counted {min(ratios):.3f} to {max(ratios):.3f}."
        )
    return (
        f"Literal: the formula asks for {2**plan.phi:.3g} times {plan.baseline.name}'s MACs; with "
        f"its rounding the networks cost {min(ratios):.2f} to {max(ratios):.2f} times, so costlier "
        "ones have an advantage."
    )
