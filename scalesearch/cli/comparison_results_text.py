"""What a comparison came to, for a person and for a program."""

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from scalesearch.cli.command_line import study_options
from scalesearch.cli.comparison_text import compound_sentence, plan_json
from scalesearch.cli.published_text import published_json, published_text
from scalesearch.cli.render import table
from scalesearch.cli.sizes_text import full_sizes, proxy_sizes
from scalesearch.experiments.comparison import ComparisonPlan
from scalesearch.experiments.comparison_results import ComparisonResult
from scalesearch.report.comparison_table import ArmResult
from scalesearch.search.differences import METHOD


def result_json(result: ComparisonResult) -> dict[str, Any]:
    """The document of `compare --json`."""
    return {
        **plan_json(result.plan),
        "study": result.folder.name,
        **result.took.to_json(),
        "interval": METHOD,
        "arms": [asdict(each) for each in result.arms],
        "published": published_json(result.published),
        "paths": [str(path) for path in result.paths],
    }


def result_text(result: ComparisonResult) -> str:
    """The table of the arms, and what to know of it."""
    published = result.published
    paper = ["", published_text(published, _gains(result.arms))] if published else []
    return "\n".join(
        [
            "",
            results_text(result.arms),
            "",
            *_remarks(result.plan, result.arms),
            *result.took.sentences,
            *paper,
            "",
            f"Written: {', '.join(map(str, result.paths))}",
            f"Next: {shlex.join(['scalesearch', 'cam', *study_options(result.folder)])}",
        ]
    )


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


def _remarks(plan: ComparisonPlan, results: Sequence[ArmResult]) -> list[str]:
    lines = [
        compound_sentence(plan),
        f"Differences are points of top-1, compound at the arm's cost less the arm; against the "
        f"baseline, compound at {max(plan.terms.costs):.4g} times. {METHOD}.",
    ]
    baseline = results[0].top1_mean
    arms = [each.top1_mean for each in results[1:] if each.top1_mean is not None]
    if baseline is not None and 2 * sum(mean > baseline for mean in arms) < len(arms):
        lines.append(
            f"Warning: only {sum(mean > baseline for mean in arms)} of {len(arms)} arms beat the "
            "baseline, which costs less: these trainings are too short to compare by. Train for "
            "more epochs, or on more images under another study name."
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
