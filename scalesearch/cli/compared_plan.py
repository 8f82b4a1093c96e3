"""A comparison before it is trained, as text and as JSON. No matplotlib."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from scalesearch.cli.comparing import Comparison
from scalesearch.cli.render import ratio, table
from scalesearch.cli.sizes import full_sizes, proxy_sizes
from scalesearch.core.realised import Realised
from scalesearch.report.published import Published


def plan_json(asked: Comparison) -> dict[str, Any]:
    """What is compared, before anything is trained."""
    coefficients = asked.source.coefficients
    assert coefficients
    work = asked.work
    return {
        "baseline": asked.baseline.name,
        "costs": list(dict.fromkeys(arm.cost for arm in asked.arms[1:])),
        "alpha": coefficients.alpha,
        "beta": coefficients.beta,
        "gamma": coefficients.gamma,
        "source": asked.source.kind,
        **work.to_json(),
    }


def dry_json(asked: Comparison) -> dict[str, Any]:
    """The document of `compare --dry-run --json`."""
    rows = [
        {
            "arm": arm.name,
            "method": arm.method,
            "cost": arm.cost,
            "full": _network_json(arm.full),
            "proxy": _network_json(arm.proxy),
        }
        for arm in asked.arms
    ]
    return {**plan_json(asked), "arms": rows}


def _network_json(realised: Realised) -> dict[str, Any]:
    return {
        "repeats": list(realised.network.repeats),
        "depth": realised.depth,
        "width": realised.width,
        "resolution": realised.network.resolution,
        **realised.cost._asdict(),
        "counted_ratio": realised.ratio,
    }


def plan_text(asked: Comparison) -> str:
    """The arms, then what will be trained."""
    rows = [
        (
            arm.name,
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
        for arm in asked.arms
    ]
    headings = ("arm", "blocks", "width", "px", "MACs", "ratio", "proxy", "ratio")
    return "\n".join([table(headings, rows, left=("arm", "proxy")), "", *plan_lines(asked)])


def plan_lines(asked: Comparison) -> list[str]:
    """What will be trained and on what, in a few lines."""
    work = asked.work
    times = " and ".join(ratio(cost) for cost in plan_json(asked)["costs"])
    return [
        f"Equal cost: every arm within 5 % of {times} times the baseline's counted MACs, at full "
        "size and as proxy.",
        f"Compound scales by {coefficients_text(asked)}: {asked.source.words}.",
        *work.lines(),
    ]


def coefficients_text(asked: Comparison) -> str:
    by = asked.source.coefficients
    assert by
    return f"alpha {by.alpha:.4g}, beta {by.beta:.4g}, gamma {by.gamma:.4g}"


def published_json(published: Sequence[Published]) -> list[dict[str, Any]] | None:
    """The rows with `difference`, counted over printed less 1; None where not asked for."""
    if not published:
        return None
    return [{**asdict(row), "difference": row.difference} for row in published]
