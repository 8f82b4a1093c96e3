"""A sweep as a JSON document and as text: its plan, and what it came to. No matplotlib."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scalesearch.cli.render import table
from scalesearch.cli.sizes_text import depth_text
from scalesearch.cli.trainings_text import (
    forecast_json,
    forecast_lines,
    training_json,
    training_lines,
)
from scalesearch.core.pairs import Pair
from scalesearch.core.quantities import quantity
from scalesearch.core.sweeps import Point
from scalesearch.experiments.forecast import Estimate
from scalesearch.experiments.sweep import SweepPlan
from scalesearch.report.sweep_table import SweepRow

if TYPE_CHECKING:
    from scalesearch.experiments.sweep_results import SweepResult


def points_table(points: Sequence[Pair[Point]], rows: Sequence[SweepRow] | None = None) -> str:
    """A line a point: the proxy's sizes, the cost of both, and what `rows` say was reached."""
    headings = ["line", "factor", "blocks", "width", "px", "ratio", "full size", "ratio"]
    cells = [
        [
            point.asked.line,
            f"{point.asked.factor:g}",
            depth_text(point.proxy.blocks, point.proxy.depth),
            f"{point.proxy.width:.3f}",
            str(point.proxy.network.resolution),
            f"{point.proxy.ratio:.3f}",
            quantity(point.full.cost.macs),
            f"{point.full.ratio:.3f}",
        ]
        for point in points
    ]
    if rows:
        headings += ["top-1", "std", "seeds"]
        for line, row in zip(cells, rows, strict=True):
            line += [
                "failed" if row.top1_mean is None else f"{100 * row.top1_mean:.2f} %",
                "-" if row.top1_std is None else f"{100 * row.top1_std:.2f}",
                str(row.seeds),
            ]
    return table(headings, cells, left=("line",))


def plan_json(plan: SweepPlan) -> dict[str, Any]:
    """What is swept, before anything is trained."""
    return {
        "baseline": plan.network.name,
        "lines": list(dict.fromkeys(point.asked.line for point in plan.pairs)),
        **training_json(plan),
    }


def dry_json(plan: SweepPlan, estimate: Estimate) -> dict[str, Any]:
    """The document of `sweep --dry-run --json`."""
    points = [
        {
            "line": point.asked.line,
            "dimension": point.asked.dimension,
            "factor": point.asked.factor,
            "depth": point.proxy.depth,
            "width": point.proxy.width,
            "resolution": point.proxy.resolution,
            "proxy_macs": point.proxy.cost.macs,
            "proxy_counted_ratio": point.proxy.ratio,
            "macs": point.full.cost.macs,
            "counted_ratio": point.full.ratio,
        }
        for point in plan.pairs
    ]
    return {**plan_json(plan), **forecast_json(plan, estimate), "points": points}


def plan_text(plan: SweepPlan, estimate: Estimate) -> str:
    """The networks, then what will be trained."""
    lines = [*training_lines(plan), *forecast_lines(plan, estimate)]
    return "\n".join([points_table(plan.pairs), "", *lines])


def result_json(result: "SweepResult") -> dict[str, Any]:
    """The document of `sweep --json`."""
    return {
        **plan_json(result.plan),
        "study": result.folder.name,
        **result.took.to_json(),
        "points": [asdict(row) for row in result.points],
        "paths": [str(path) for path in result.paths],
    }


def result_text(result: "SweepResult") -> str:
    """The table of the points, and what to know of it."""
    rows = result.points
    failures = [
        f"Warning: {row.failed} training{'s' * (row.failed > 1)} of {row.line}, {row.dimension} "
        f"{row.factor:g} failed: {row.reason}."
        for row in rows
        if row.failed
    ]
    lines = [
        "",
        points_table(result.plan.pairs, rows),
        "",
        "Accuracy is the proxy's, and so is the ratio beside it.",
        *failures,
        *result.took.sentences,
        f"Written: {', '.join(map(str, result.paths))}",
    ]
    return "\n".join(lines)
