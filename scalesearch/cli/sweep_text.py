"""A sweep before it is trained, as text and as JSON. No matplotlib."""

from collections.abc import Sequence
from typing import Any

from scalesearch.cli.estimating import Estimate
from scalesearch.cli.needs import needs_of_work
from scalesearch.cli.render import table
from scalesearch.cli.sizes import depth_text
from scalesearch.cli.sweeping import Sweep
from scalesearch.core.quantities import quantity
from scalesearch.core.sweeps import Point
from scalesearch.report.sweep_table import SweepRow


def points_table(points: Sequence[Point], rows: Sequence[SweepRow] | None = None) -> str:
    """A line a point: the proxy's sizes, the cost of both, and what `rows` say was reached."""
    headings = ["line", "factor", "blocks", "width", "px", "ratio", "full size", "ratio"]
    cells = [
        [
            point.line,
            f"{point.factor:g}",
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


def plan_json(asked: Sweep) -> dict[str, Any]:
    """What is swept, before anything is trained."""
    work = asked.work
    return {
        "baseline": asked.baseline.name,
        "lines": list(dict.fromkeys(point.line for point in asked.points)),
        **work.to_json(),
    }


def dry_json(asked: Sweep, estimate: Estimate) -> dict[str, Any]:
    """The document of `sweep --dry-run --json`."""
    points = [
        {
            "line": point.line,
            "dimension": point.dimension,
            "factor": point.factor,
            "depth": point.proxy.depth,
            "width": point.proxy.width,
            "resolution": point.proxy.resolution,
            "proxy_macs": point.proxy.cost.macs,
            "proxy_counted_ratio": point.proxy.ratio,
            "macs": point.full.cost.macs,
            "counted_ratio": point.full.ratio,
        }
        for point in asked.points
    ]
    needs = needs_of_work(asked.work).to_json(estimate.workers)
    return {**plan_json(asked), "needs": needs, "estimate": estimate.to_json(), "points": points}


def plan_text(asked: Sweep, estimate: Estimate) -> str:
    """The networks, then what will be trained."""
    needs = needs_of_work(asked.work).line(estimate.workers)
    return "\n".join([points_table(asked.points), "", *plan_lines(asked), estimate.line, needs])


def plan_lines(asked: Sweep) -> list[str]:
    """What will be trained and on what."""
    work = asked.work
    return [
        *work.lines(),
    ]
