"""What a sweep leaves: sweep.csv, sweep.png, the answer as text and as JSON."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scalesearch.cli.arm_training import Trained
from scalesearch.cli.sweeping import Sweep
from scalesearch.cli.swept_plan import plan_json, points_table
from scalesearch.cli.timing import Took
from scalesearch.core.sweeps import Point
from scalesearch.report import sweep_table as tables
from scalesearch.report.sweep_picture import draw_png
from scalesearch.report.sweep_table import SweepInfo, SweepRow

PICTURE = "sweep.png"


def rows_of(points: Sequence[Point], trained: Sequence[Trained]) -> tuple[SweepRow, ...]:
    """One row a point."""
    return tuple(_row(point, each) for point, each in zip(points, trained, strict=True))


def _row(point: Point, trained: Trained) -> SweepRow:
    full, proxy = point.full, point.proxy
    return SweepRow(
        line=point.line,
        dimension=point.dimension,
        factor=point.factor,
        depth=proxy.depth,
        width=proxy.width,
        resolution=proxy.resolution,
        proxy_blocks=proxy.blocks,
        proxy_pixels=proxy.network.resolution.to_json(),
        proxy_macs=proxy.cost.macs,
        proxy_params=proxy.cost.params,
        proxy_counted_ratio=proxy.ratio,
        macs=full.cost.macs,
        params=full.cost.params,
        acts=full.cost.acts,
        counted_ratio=full.ratio,
        seeds=len(trained.top1),
        failed=trained.failed,
        top1_mean=statistics.fmean(trained.top1) if trained.top1 else None,
        top1_std=statistics.stdev(trained.top1) if len(trained.top1) > 1 else None,
        top1=trained.top1,
        reason=trained.reason,
    )


def write_sweep(
    asked: Sweep, trained: Sequence[Trained], folder: Path, took: Took
) -> tuple[str, dict[str, Any]]:
    """Write the study's table and picture; the answer for a person and for a program."""
    rows = rows_of(asked.points, trained)
    tables.write(folder / tables.FILE, rows)
    what = "width at fixed depths and resolutions" if asked.by_pairs else "one dimension at a time"
    info = SweepInfo(f"{asked.baseline.name}: {what}", asked.work.seeds, asked.by_pairs, rows)
    draw_png(info, folder / PICTURE)
    paths = [str(folder / name) for name in (tables.FILE, PICTURE)]
    document = {
        **plan_json(asked),
        "study": folder.name,
        **took.to_json(),
        "points": [asdict(row) for row in rows],
        "paths": paths,
    }
    failures = [
        f"Warning: {row.failed} training{'s' * (row.failed > 1)} of {row.line}, {row.dimension} "
        f"{row.factor:g} failed: {row.reason}."
        for row in rows
        if row.failed
    ]
    text = [
        "",
        points_table(asked.points, rows),
        "",
        "Accuracy is the proxy's, and so is the ratio beside it.",
        *failures,
        *took.sentences,
        f"Written: {', '.join(paths)}",
    ]
    return "\n".join(text), document
