"""The plan of a comparison as a JSON document and as text. No matplotlib."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from scalesearch.cli.published_text import published_json, published_text
from scalesearch.cli.render import table
from scalesearch.cli.sizes_text import full_sizes, proxy_sizes
from scalesearch.cli.trainings_text import (
    forecast_json,
    forecast_lines,
    training_json,
    training_lines,
)
from scalesearch.core.networks import Realised
from scalesearch.core.quantities import epochs_words, ratio, several
from scalesearch.experiments.comparison import ComparisonPlan, arms_at
from scalesearch.experiments.comparison_noise import HALF_A_POINT, Proof
from scalesearch.experiments.forecast import Estimate
from scalesearch.report.published_comparisons import Published


def plan_json(plan: ComparisonPlan) -> dict[str, Any]:
    """What is compared, before anything is trained."""
    by = plan.terms.coefficients
    return {
        "baseline": plan.network.name,
        "costs": list(plan.terms.costs),
        "alpha": by.alpha,
        "beta": by.beta,
        "gamma": by.gamma,
        "source": plan.terms.source,
        **training_json(plan),
        "epochs": list(plan.terms.lengths),
        "controls": plan.terms.controls,
        "proxy_resolution": plan.baseline.proxy.network.resolution.to_json(),
    }


def dry_json(
    plan: ComparisonPlan,
    estimate: Estimate,
    proofs: Sequence[Proof],
    published: Sequence[Published] = (),
) -> dict[str, Any]:
    """The document of `compare --dry-run --json`."""
    rows = [
        {
            "arm": arm.asked.name,
            "method": arm.asked.method,
            "cost": arm.asked.cost,
            "full": _network_json(arm.full),
            "proxy": _network_json(arm.proxy),
        }
        for arm in arms_at(plan, plan.terms.lengths[-1])
    ]
    return {
        **plan_json(plan),
        **forecast_json(plan, estimate),
        "arms": rows,
        "proofs": [{"difference": HALF_A_POINT, **asdict(proof)} for proof in proofs],
        "published": published_json(published),
    }


def _network_json(realised: Realised) -> dict[str, Any]:
    return {
        "repeats": list(realised.network.repeats),
        "depth": realised.depth,
        "width": realised.width,
        "resolution": realised.network.resolution.to_json(),
        **realised.cost._asdict(),
        "counted_ratio": realised.ratio,
    }


def plan_text(
    plan: ComparisonPlan,
    estimate: Estimate,
    proofs: Sequence[Proof],
    published: Sequence[Published] = (),
) -> str:
    """The arms, then what will be trained, then the paper's rows where they were asked for."""
    rows = [
        (
            arm.asked.name,
            *full_sizes(
                arm.full.blocks,
                arm.full.depth,
                arm.full.width,
                arm.full.network.resolution,
                arm.full.cost.macs,
                arm.full.ratio,
            ),
            proxy_sizes(
                arm.proxy.blocks,
                arm.proxy.depth,
                arm.proxy.width,
                arm.proxy.network.resolution,
            ),
            f"{arm.proxy.ratio:.3f}",
        )
        for arm in arms_at(plan, plan.terms.lengths[-1])
    ]
    headings = ("arm", "blocks", "width", "px", "MACs", "ratio", "proxy", "ratio")
    parts = [
        table(headings, rows, left=("arm", "proxy")),
        "",
        *plan_lines(plan),
        *proof_sentences(proofs),
        *forecast_lines(plan, estimate),
    ]
    if published:
        parts += ["", published_text(published)]
    return "\n".join(parts)


def plan_lines(plan: ComparisonPlan) -> list[str]:
    """What will be trained and on what, in a few lines."""
    terms = plan.terms
    times = " and ".join(map(ratio, terms.costs))
    pixels, own = plan.baseline.proxy.network.resolution, terms.own_resolution
    why = "so that every arm meets its cost"
    moved = f"Proxies are made at {pixels} px, not the profile's {own}, {why}."
    return [
        f"Equal cost: every arm within 5 % of {times} times the baseline's counted MACs, at full "
        "size and as proxy.",
        *([moved] if pixels != own else []),
        compound_sentence(plan),
        *training_lines(plan),
        *_design_lines(plan),
    ]


def _design_lines(plan: ComparisonPlan) -> list[str]:
    """What is trained beside each arm at one length."""
    lines = []
    lengths = plan.terms.lengths
    if len(lengths) > 1:
        lines.append(
            f"Every arm and the baseline are trained at {epochs_words(lengths)}, each length with "
            "a schedule of its own."
        )
    if plan.terms.controls:
        size = plan.baseline.proxy.network.resolution
        lines.append(
            "Controls: each arm also at half and at double the learning rate, and resolution alone "
            f"on images that are shrunk to {size} px and enlarged again."
        )
    return lines


def proof_sentences(proofs: Sequence[Proof]) -> list[str]:
    """How many seeds would prove half a point, as far as it is known before."""
    what = f"a difference of {100 * HALF_A_POINT:g} points"
    told = []
    for proof in proofs:
        if proof.noise is not None:
            count = "over a million seeds" if proof.seeds is None else f"{proof.seeds:,} seeds"
            told.append(
                f"To prove {what} at {several(proof.epochs, 'epoch')} takes {count} of each arm "
                f"(80 % power, two-sided 5 %), by the noise of {100 * proof.noise:.2f} points that "
                f"study {proof.study} has shown."
            )
    unknown = [proof.epochs for proof in proofs if proof.noise is None]
    if unknown:
        told.append(
            f"How many seeds would prove {what} at {epochs_words(unknown)} is not known before: no "
            "study here has shown the noise of such trainings. The comparison tells it."
        )
    return told


def compound_sentence(plan: ComparisonPlan) -> str:
    """What compound scales by, and where that is from."""
    by = plan.terms.coefficients
    numbers = f"alpha {by.alpha:.4g}, beta {by.beta:.4g}, gamma {by.gamma:.4g}"
    return f"Compound scales by {numbers}: {plan.terms.source_words}."
