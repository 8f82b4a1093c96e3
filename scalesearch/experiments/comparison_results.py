"""What a comparison leaves: its tables, picture and page, and its results as values."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.core.arms import BASELINE, COMPOUND, Arm
from scalesearch.core.pairs import Pair
from scalesearch.core.treatments import PLAIN
from scalesearch.experiments.comparison import ComparisonPlan
from scalesearch.experiments.comparison_evidence import findings_of
from scalesearch.experiments.comparison_models import Models, Place
from scalesearch.experiments.outcomes import Trained, trained
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.stopwatch import Took
from scalesearch.report import comparison_findings, comparison_table, published_comparisons
from scalesearch.report.comparison_findings import BestRate, Findings, Information, Length, Slope
from scalesearch.report.comparison_page import write_page
from scalesearch.report.comparison_picture import draw_png
from scalesearch.report.comparison_table import ArmResult, ComparisonInfo
from scalesearch.report.published_comparisons import Published
from scalesearch.search.contrasts import Difference

if TYPE_CHECKING:
    import pandas

PICTURE, PAGE = "compare.png", "compare.html"


@dataclass(frozen=True, slots=True, repr=False)
class ComparisonResult:
    """A finished comparison.

    Attributes:
        plan: what was compared.
        folder: of the study.
        arms: one result an arm and length, the baseline's first, then those of controls.
        findings: noise, slopes over length and what controls say.
        took: what its trainings were estimated to take, and took.
        published: the paper's rows, where they were asked for.
        paths: files that were written.
    """

    plan: ComparisonPlan
    folder: Path
    arms: tuple[ArmResult, ...]
    findings: Findings
    took: Took
    published: tuple[Published, ...]
    paths: tuple[Path, ...]

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        return f"<ComparisonResult {self.folder}: {len(self.arms)} arms>"

    @property
    def lengths(self) -> tuple[Length, ...]:
        """The noise of the trainings of each length."""
        return self.findings.lengths

    @property
    def slopes(self) -> tuple[Slope, ...]:
        """How each method moves against the others with the length; none of a single length."""
        return self.findings.slopes

    @property
    def best_rates(self) -> tuple[BestRate, ...]:
        """The best learning rate of each arm; none without controls."""
        return self.findings.best_rates

    @property
    def information(self) -> tuple[Information, ...]:
        """Resolution with and without more information; none without controls."""
        return self.findings.information

    def table(self) -> "pandas.DataFrame":
        """One row an arm and length, as compare.csv holds them."""
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
    results, findings = results_of(plan, pairs, trained(plan, pairs, records))
    title = f"{plan.network.name}: one dimension alone and all three, at equal cost"
    info = ComparisonInfo(title, plan.rounds.seeds, results, findings)
    comparison_table.write(folder / comparison_table.FILE, results)
    paths = [folder / comparison_table.FILE]
    for name, kind, rows in (
        (comparison_findings.SLOPES, Slope, findings.slopes),
        (comparison_findings.RATES, BestRate, findings.best_rates),
        (comparison_findings.INFORMATION, Information, findings.information),
    ):
        if rows:
            comparison_table.write_rows(folder / name, kind, rows)
            paths.append(folder / name)
    if published:
        published_comparisons.write(folder / published_comparisons.FILE, tuple(published))
        paths.append(folder / published_comparisons.FILE)
    draw_png(info, folder / PICTURE)
    write_page(info, folder / PICTURE, folder / PAGE)
    paths += [folder / PICTURE, folder / PAGE]
    return ComparisonResult(plan, folder, results, findings, took, tuple(published), tuple(paths))


def results_of(
    plan: ComparisonPlan, arms: Sequence[Pair[Arm]], outcomes: Sequence[Trained]
) -> tuple[tuple[ArmResult, ...], Findings]:
    """One result an arm, and what they say together.

    Compound is set against every arm of its cost, length and learning rate; against the baseline,
    and against resolution without information, compound by the recipe stands, for the baseline at
    the greatest cost. Controls change nothing of the others: their differences are of a model of
    all trainings, and those of arms by the recipe of a model of such alone.
    """
    epochs = [plan.profile.recipe.treated(arm.treatment).epochs for arm in arms]
    members = list(zip(arms, epochs, outcomes, strict=True))
    every = Models(members)
    main = Models([each for each in members if not each[0].treatment.is_control])
    dearest = max(arm.asked.cost for arm in arms)
    results = []
    for arm, length, each in members:
        models = every if arm.treatment.is_control else main
        cost = dearest if arm.asked.method == BASELINE else arm.asked.cost
        of = PLAIN if arm.treatment.informed else arm.treatment
        compound = models.place(COMPOUND, cost, length, of)
        place = models.place(arm.asked.method, arm.asked.cost, length, arm.treatment)
        apart = None
        if arm.asked.method != COMPOUND and compound and place:
            apart = compound.less(place)
        results.append(_result(arm, length, each, apart, place))
    return tuple(results), findings_of(main, every, arms)


def _result(
    arm: Pair[Arm],
    epochs: int,
    trained: Trained,
    apart: Difference | None,
    place: Place | None,
) -> ArmResult:
    full, proxy, informed = arm.full, arm.proxy, arm.treatment.informed
    return ArmResult(
        arm=arm.name,
        method=arm.asked.method,
        cost=arm.asked.cost,
        epochs=epochs,
        rate=arm.treatment.rate,
        informed=None if informed is None else informed.to_json(),
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
        seeds_to_prove=place.model.seeds_to_prove(apart.mean) if apart and place else None,
        reason=trained.reason,
    )
