"""A comparison before it is trained, as text and as JSON. No matplotlib."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from scalesearch.cli.comparing import Comparison
from scalesearch.cli.estimating import Estimate
from scalesearch.cli.needs import needs_of_work
from scalesearch.cli.render import quantity, ratio, table
from scalesearch.cli.sizes import full_sizes, proxy_sizes
from scalesearch.core.networks import Realised
from scalesearch.report.published_comparisons import SOURCE, Published


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
        "proxy_resolution": asked.arms[0].proxy.network.resolution.to_json(),
    }


def dry_json(asked: Comparison, estimate: Estimate) -> dict[str, Any]:
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
    needs = needs_of_work(asked.work).to_json(estimate.workers)
    return {**plan_json(asked), "needs": needs, "estimate": estimate.to_json(), "arms": rows}


def _network_json(realised: Realised) -> dict[str, Any]:
    return {
        "repeats": list(realised.network.repeats),
        "depth": realised.depth,
        "width": realised.width,
        "resolution": realised.network.resolution.to_json(),
        **realised.cost._asdict(),
        "counted_ratio": realised.ratio,
    }


def plan_text(asked: Comparison, estimate: Estimate, published: Sequence[Published] = ()) -> str:
    """The arms, then what will be trained, then the paper's rows where they were asked for."""
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
    needs = needs_of_work(asked.work).line(estimate.workers)
    parts = [
        table(headings, rows, left=("arm", "proxy")),
        "",
        *plan_lines(asked),
        estimate.line,
        needs,
    ]
    if published:
        parts += ["", published_text(published)]
    return "\n".join(parts)


def plan_lines(asked: Comparison) -> list[str]:
    """What will be trained and on what, in a few lines."""
    work = asked.work
    times = " and ".join(ratio(cost) for cost in plan_json(asked)["costs"])
    pixels, own = asked.arms[0].proxy.network.resolution, asked.profile_resolution
    why = "so that every arm meets its cost"
    moved = f"Proxies are made at {pixels} px, not the profile's {own}, {why}."
    return [
        f"Equal cost: every arm within 5 % of {times} times the baseline's counted MACs, at full "
        "size and as proxy.",
        *([moved] if pixels != own else []),
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


def published_text(published: Sequence[Published], ours: Mapping[str, str] | None = None) -> str:
    """The paper's rows: MACs as printed and as counted, and beside them `ours`, gains by arm.

    Without `ours`, before anything is trained, there is no such column.
    """
    baseline = published[0].top1_percent
    rows = [
        (
            row.arm,
            *("-" if by is None else f"{by:g}" for by in (row.depth, row.width, row.resolution)),
            quantity(row.printed_macs),
            "-" if row.counted_macs is None else quantity(row.counted_macs),
            "-" if row.difference is None else f"{100 * row.difference:+.1f} %",
            f"{row.top1_percent:.1f} %",
            f"{row.top1_percent - baseline:+.1f}",
            *([] if ours is None else [ours.get(row.arm, "-")]),
        )
        for row in published
    ]
    headings = (
        "published", "depth", "width", "resolution", "MACs printed", "counted", "difference",
        "ImageNet", "gain", *([] if ours is None else ["gain of our proxy"]),
    )  # fmt: skip
    end = (
        "."
        if ours is None
        else "; a proxy's is of other data, sizes and trainings, so only the order of the arms "
        "compares."
    )
    return (
        f"{table(headings, rows, left=('published',))}\n"
        f"{SOURCE}. Gains are points over the baseline{end}"
    )
