"""What a sweep leaves: sweep.csv, sweep.png, and its results as values."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.core.pairs import Pair
from scalesearch.core.sweeps import Point
from scalesearch.experiments.outcomes import Trained, trained
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.stopwatch import Took
from scalesearch.experiments.sweep import SweepPlan
from scalesearch.report import sweep_table
from scalesearch.report.sweep_picture import draw_png
from scalesearch.report.sweep_table import SweepInfo, SweepRow

if TYPE_CHECKING:
    import pandas

PICTURE = "sweep.png"


@dataclass(frozen=True, slots=True, repr=False)
class SweepResult:
    """A finished sweep.

    Attributes:
        plan: what was swept.
        folder: of the study.
        points: one result a point, in the order of the plan's pairs.
        took: what its trainings were estimated to take, and took.
        paths: files that were written.
    """

    plan: SweepPlan
    folder: Path
    points: tuple[SweepRow, ...]
    took: Took
    paths: tuple[Path, ...]

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        return f"<SweepResult {self.folder}: {len(self.points)} points>"

    def table(self) -> "pandas.DataFrame":
        """One row a point, as sweep.csv holds them."""
        import pandas

        return pandas.DataFrame([asdict(point) for point in self.points])


def conclude_sweep(
    plan: SweepPlan, records: Sequence[Mapping[str, Any]], options: RunOptions, took: Took
) -> SweepResult:
    """Write the study's table and picture. Raises StudyError where they cannot be written."""
    folder = options.folder
    rows = rows_of(plan.pairs, trained(plan, plan.pairs, records))
    sweep_table.write(folder / sweep_table.FILE, rows)
    by_pairs = plan.terms.by_pairs
    what = "width at fixed depths and resolutions" if by_pairs else "one dimension at a time"
    info = SweepInfo(f"{plan.network.name}: {what}", plan.rounds.seeds, by_pairs, rows)
    draw_png(info, folder / PICTURE)
    paths = tuple(folder / name for name in (sweep_table.FILE, PICTURE))
    return SweepResult(plan, folder, rows, took, paths)


def rows_of(points: Sequence[Pair[Point]], outcomes: Sequence[Trained]) -> tuple[SweepRow, ...]:
    """One row a point."""
    return tuple(_row(point, each) for point, each in zip(points, outcomes, strict=True))


def _row(point: Pair[Point], trained: Trained) -> SweepRow:
    full, proxy = point.full, point.proxy
    return SweepRow(
        line=point.asked.line,
        dimension=point.asked.dimension,
        factor=point.asked.factor,
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
