"""What a comparison leaves: compare.csv, compare.png, the answer as text and as JSON."""

import shlex
import statistics
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scalesearch.cli.arm_training import Trained
from scalesearch.cli.command_line import study_options
from scalesearch.cli.compared_plan import (
    coefficients_text,
    plan_json,
    published_json,
    published_text,
)
from scalesearch.cli.comparing import Comparison
from scalesearch.cli.render import table
from scalesearch.cli.sizes import full_sizes, proxy_sizes
from scalesearch.cli.timing import Took
from scalesearch.core.arms import BASELINE, COMPOUND, Arm
from scalesearch.report import comparison_table as tables
from scalesearch.report import published_comparisons as papers
from scalesearch.report.comparison_picture import draw_png
from scalesearch.report.comparison_table import ArmResult, ComparisonInfo
from scalesearch.report.published_comparisons import Published
from scalesearch.search.differences import METHOD, welch

PICTURE = "compare.png"


def results_of(arms: Sequence[Arm], trained: Sequence[Trained]) -> tuple[ArmResult, ...]:
    """One result an arm: compound is set against every arm of its cost.

    The baseline is set against compound at the greatest cost.
    """
    compound = {
        arm.cost: each.top1
        for arm, each in zip(arms, trained, strict=True)
        if arm.method == COMPOUND
    }
    dearest = max(compound)
    return tuple(
        _result(arm, each, compound[dearest if arm.method == BASELINE else arm.cost])
        for arm, each in zip(arms, trained, strict=True)
    )


def _result(arm: Arm, trained: Trained, compound: tuple[float, ...]) -> ArmResult:
    full, proxy = arm.full, arm.proxy
    apart = None
    if arm.method != COMPOUND and trained.top1 and compound:
        apart = welch(compound, trained.top1)
    return ArmResult(
        arm=arm.name,
        method=arm.method,
        cost=arm.cost,
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


def write_comparison(
    asked: Comparison,
    trained: Sequence[Trained],
    folder: Path,
    published: tuple[Published, ...],
    took: Took,
) -> tuple[str, dict[str, Any]]:
    """Write the study's table and picture; the answer for a person and for a program."""
    results = results_of(asked.arms, trained)
    tables.write(folder / tables.FILE, results)
    paths = [folder / tables.FILE]
    if published:
        papers.write(folder / papers.FILE, published)
        paths.append(folder / papers.FILE)
    title = f"{asked.baseline.name}: one dimension alone and all three, at equal cost"
    info = ComparisonInfo(title, asked.work.seeds, results)
    draw_png(info, folder / PICTURE)
    paths.append(folder / PICTURE)
    document = {
        **plan_json(asked),
        "study": folder.name,
        **took.to_json(),
        "interval": METHOD,
        "arms": [asdict(each) for each in results],
        "published": published_json(published),
        "paths": [str(path) for path in paths],
    }
    text = "\n".join(
        [
            "",
            results_text(results),
            "",
            *_remarks(asked, results),
            *took.sentences,
            *(["", published_text(published, _gains(results))] if published else []),
            "",
            f"Written: {', '.join(map(str, paths))}",
            f"Next: {shlex.join(['scalesearch', 'cam', *study_options(folder)])}",
        ]
    )
    return text, document


def results_text(results: Sequence[ArmResult]) -> str:
    """The table of the arms: sizes, counted ratios, accuracy, and what compound is above them."""
    headings = (
        "arm", "blocks", "width", "px", "MACs", "ratio", "proxy", "ratio", "top-1", "std", "seeds",
        "compound less it", "95 % interval",
    )  # fmt: skip
    rows = [
        (
            each.arm,
            *full_sizes(
                each.blocks, each.depth, each.width, each.pixels, each.macs, each.counted_ratio
            ),
            proxy_sizes(each.proxy_blocks, each.proxy_depth, each.proxy_width, each.proxy_pixels),
            f"{each.proxy_counted_ratio:.3f}",
            "failed" if each.top1_mean is None else f"{100 * each.top1_mean:.2f} %",
            "-" if each.top1_std is None else f"{100 * each.top1_std:.2f}",
            str(each.seeds),
            "-" if each.compound_less_arm is None else f"{100 * each.compound_less_arm:+.2f}",
            interval(each),
        )
        for each in results
    ]
    return table(headings, rows, left=("arm", "proxy"))


def interval(each: ArmResult) -> str:
    """The interval in percentage points."""
    if each.low is None or each.high is None:
        return "-"
    return f"{100 * each.low:+.2f} to {100 * each.high:+.2f}"


def _remarks(asked: Comparison, results: Sequence[ArmResult]) -> list[str]:
    lines = [
        f"Compound scales by {coefficients_text(asked)}: {asked.source.words}.",
        f"Differences are points of top-1, compound at the arm's cost less the arm; against the "
        f"baseline, compound at {max(arm.cost for arm in asked.arms):.4g} times. {METHOD}.",
    ]
    baseline = results[0].top1_mean
    arms = [each.top1_mean for each in results[1:] if each.top1_mean is not None]
    if baseline is not None and 2 * sum(mean > baseline for mean in arms) < len(arms):
        lines.append(
            f"Warning: only {sum(mean > baseline for mean in arms)} of {len(arms)} arms beat the "
            "baseline, which costs less: these trainings are too short to compare by. Raise "
            "--epochs, or --train under another --study name."
        )
    lines += [
        f"Warning: {each.failed} training{'s' * (each.failed > 1)} of {each.arm} failed: "
        f"{each.reason}."
        for each in results
        if each.failed
    ]
    return lines


def _gains(results: Sequence[ArmResult]) -> dict[str, str]:
    """Each method's gain over the baseline in points, at every cost."""
    base = results[0].top1_mean
    found: dict[str, list[str]] = {}
    for each in results[1:]:
        if base is not None and each.top1_mean is not None:
            gain = f"{100 * (each.top1_mean - base):+.1f} (x{each.cost:.4g})"
            found.setdefault(each.method, []).append(gain)
    return {method: " ".join(gains) for method, gains in found.items()}
