"""What a comparison leaves: compare.csv, compare.png, and its results as values."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.core.arms import BASELINE, COMPOUND, Arm
from scalesearch.core.pairs import Pair
from scalesearch.experiments.comparison import ComparisonPlan
from scalesearch.experiments.outcomes import Trained, trained
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.stopwatch import Took
from scalesearch.report import comparison_table, published_comparisons
from scalesearch.report.comparison_picture import draw_png
from scalesearch.report.comparison_table import ArmResult, ComparisonInfo
from scalesearch.report.published_comparisons import Published
from scalesearch.search.differences import welch

if TYPE_CHECKING:
    import pandas

PICTURE = "compare.png"


@dataclass(frozen=True, slots=True, repr=False)
class ComparisonResult:
    """A finished comparison.

    Attributes:
        plan: what was compared.
        folder: of the study.
        arms: one result an arm, the baseline's first.
        took: what its trainings were estimated to take, and took.
        published: the paper's rows, where they were asked for.
        paths: files that were written.
    """

    plan: ComparisonPlan
    folder: Path
    arms: tuple[ArmResult, ...]
    took: Took
    published: tuple[Published, ...]
    paths: tuple[Path, ...]

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        return f"<ComparisonResult {self.folder}: {len(self.arms)} arms>"

    def table(self) -> "pandas.DataFrame":
        """One row an arm, as compare.csv holds them."""
        import pandas

        return pandas.DataFrame([asdict(arm) for arm in self.arms])


def conclude_comparison(
    plan: ComparisonPlan,
    records: Sequence[Mapping[str, Any]],
    options: RunOptions,
    took: Took,
    published: Sequence[Published],
) -> ComparisonResult:
    """Write the study's table and picture. Raises StudyError where they cannot be written."""
    folder = options.folder
    pairs = (plan.baseline, *plan.pairs)
    results = results_of(pairs, trained(plan, pairs, records))
    comparison_table.write(folder / comparison_table.FILE, results)
    paths = [folder / comparison_table.FILE]
    if published:
        published_comparisons.write(folder / published_comparisons.FILE, tuple(published))
        paths.append(folder / published_comparisons.FILE)
    title = f"{plan.network.name}: one dimension alone and all three, at equal cost"
    draw_png(ComparisonInfo(title, plan.rounds.seeds, results), folder / PICTURE)
    paths.append(folder / PICTURE)
    return ComparisonResult(plan, folder, results, took, tuple(published), tuple(paths))


def results_of(arms: Sequence[Pair[Arm]], outcomes: Sequence[Trained]) -> tuple[ArmResult, ...]:
    """One result an arm: compound is set against every arm of its cost.

    The baseline is set against compound at the greatest cost.
    """
    compound = {
        arm.asked.cost: each.top1
        for arm, each in zip(arms, outcomes, strict=True)
        if arm.asked.method == COMPOUND
    }
    dearest = max(compound)
    return tuple(
        _result(arm, each, compound[dearest if arm.asked.method == BASELINE else arm.asked.cost])
        for arm, each in zip(arms, outcomes, strict=True)
    )


def _result(arm: Pair[Arm], trained: Trained, compound: tuple[float, ...]) -> ArmResult:
    full, proxy = arm.full, arm.proxy
    apart = None
    if arm.asked.method != COMPOUND and trained.top1 and compound:
        apart = welch(compound, trained.top1)
    return ArmResult(
        arm=arm.name,
        method=arm.asked.method,
        cost=arm.asked.cost,
        depth=full.depth,
        width=full.width,
        resolution=full.resolution,
        blocks=full.blocks,
        pixels=full.network.resolution.to_json(),
        macs=full.cost.macs,
        params=full.cost.params,
        acts=full.cost.acts,
        counted_ratio=full.ratio,
        proxy_blocks=proxy.blocks,
        proxy_depth=proxy.depth,
        proxy_width=proxy.width,
        proxy_pixels=proxy.network.resolution.to_json(),
        proxy_macs=proxy.cost.macs,
        proxy_params=proxy.cost.params,
        proxy_counted_ratio=proxy.ratio,
        seeds=len(trained.top1),
        failed=trained.failed,
        top1_mean=statistics.fmean(trained.top1) if trained.top1 else None,
        top1_std=statistics.stdev(trained.top1) if len(trained.top1) > 1 else None,
        top1=trained.top1,
        compound_less_arm=apart.mean if apart else None,
        low=apart.low if apart else None,
        high=apart.high if apart else None,
        degrees=apart.degrees if apart else None,
        reason=trained.reason,
    )
