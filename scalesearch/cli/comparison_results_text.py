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
from scalesearch.core.quantities import several
from scalesearch.experiments.comparison import ComparisonPlan
from scalesearch.experiments.comparison_results import ComparisonResult
from scalesearch.report.comparison_findings import BestRate, Findings, Slope
from scalesearch.report.comparison_sentences import interval, seeds, sentences, trend
from scalesearch.report.comparison_table import ArmResult
from scalesearch.search.contrasts import METHOD


def result_json(result: ComparisonResult) -> dict[str, Any]:
    """The document of `compare --json`."""
    return {
        **plan_json(result.plan),
        "study": result.folder.name,
        **result.took.to_json(),
        "interval": METHOD,
        "arms": [asdict(each) for each in result.arms],
        **asdict(result.findings),
        "published": published_json(result.published),
        "paths": [str(path) for path in result.paths],
    }


def result_text(result: ComparisonResult) -> str:
    """The table of the arms at each length, and what to know of it."""
    published = result.published
    main = [each for each in result.arms if not each.is_control]
    lengths = tuple(dict.fromkeys(each.epochs for each in main))
    longest = [each for each in main if each.epochs == lengths[-1]]
    paper = ["", published_text(published, _gains(longest))] if published else []
    tables = []
    for epochs in lengths:
        tables += ["", f"Trainings of {several(epochs, 'epoch')}:"] if len(lengths) > 1 else [""]
        tables.append(results_text([each for each in main if each.epochs == epochs]))
    findings = result.findings
    return "\n".join(
        [
            *tables,
            *(["", slopes_text(findings.slopes)] if findings.slopes else []),
            *(["", rates_text(findings.best_rates)] if findings.best_rates else []),
            "",
            *_remarks(result.plan, result.arms, findings),
            *sentences(findings),
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
        "compound minus it", "95 % interval", "seeds to prove it",
    )  # fmt: skip
    rows = [
        (
            each.size,
            *full_sizes(
                each.blocks, each.depth, each.width, each.pixels, each.macs, each.counted_ratio
            ),
            proxy_sizes(each.proxy_blocks, each.proxy_depth, each.proxy_width, each.proxy_pixels),
            f"{each.proxy_counted_ratio:.3f}",
            "failed" if each.top1_mean is None else f"{100 * each.top1_mean:.2f} %",
            "-" if each.top1_std is None else f"{100 * each.top1_std:.2f}",
            str(each.seeds),
            _points(each.compound_less_arm),
            interval(each),
            seeds(each.seeds_to_prove),
        )
        for each in results
    ]
    return table(headings, rows, left=("arm", "proxy"))


def slopes_text(slopes: Sequence[Slope]) -> str:
    """The table of how arms move with the length."""
    headings = ("arm", "points per doubling of epochs", "95 % interval", "what it says")
    rows = [
        (f"{each.method} x{each.cost:.4g}", _points(each.slope), interval(each), trend(each))
        for each in slopes
    ]
    return table(headings, rows, left=("arm", "what it says"))


def rates_text(rates: Sequence[BestRate]) -> str:
    """The table of the arms at the best of their learning rates."""
    headings = (
        "arm", "epochs", "best rate", "top-1", "compound minus it", "95 % interval",
        "seeds to prove it",
    )  # fmt: skip
    rows = [
        (
            f"{each.method} x{each.cost:.4g}",
            str(each.epochs),
            f"x{each.rate:g}",
            f"{100 * each.top1_mean:.2f} %",
            _points(each.compound_less_arm),
            interval(each),
            seeds(each.seeds_to_prove),
        )
        for each in rates
    ]
    return table(headings, rows, left=("arm",))


def _points(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:+.2f}"


def _remarks(plan: ComparisonPlan, results: Sequence[ArmResult], findings: Findings) -> list[str]:
    lines = [
        compound_sentence(plan),
        f"Differences are points of top-1, compound at the arm's cost minus the arm; against the "
        f"baseline, compound at {max(plan.terms.costs):.4g} times. Intervals: {METHOD}. Seeds to "
        "prove it: of every arm, for 80 % power at 5 %, if the true difference is the one seen.",
    ]
    several_lengths = len(plan.terms.lengths) > 1
    for epochs in plan.terms.lengths:
        mine = [each for each in results if each.epochs == epochs and not each.is_control]
        of = f" of {several(epochs, 'epoch')}" if several_lengths else ""
        lines += _too_short(mine, of) or _at_chance(mine, plan.facts.classes, findings, of)
    lines += [
        f"Warning: {each.failed} training{'s' * (each.failed > 1)} of {each.arm} failed: "
        f"{each.reason}."
        for each in results
        if each.failed
    ]
    return lines


def _too_short(results: Sequence[ArmResult], of: str) -> list[str]:
    """A warning where arms that cost more are mostly no better than the baseline."""
    baseline = results[0].top1_mean
    arms = [each.top1_mean for each in results[1:] if each.top1_mean is not None]
    if baseline is None or 2 * sum(mean > baseline for mean in arms) >= len(arms):
        return []
    return [
        f"Warning: only {sum(mean > baseline for mean in arms)} of {len(arms)} arms beat the "
        f"baseline, which costs less: these trainings{of} are too short to compare by. Train for "
        "more epochs, or on more images under another study name."
    ]


def _at_chance(
    results: Sequence[ArmResult], classes: int, findings: Findings, of: str
) -> list[str]:
    """A warning where the best arm is no further above chance than noise may bring it."""
    noise = next(
        (each.noise or 0.0 for each in findings.lengths if each.epochs == results[0].epochs), 0.0
    )
    best = max((each.top1_mean for each in results if each.top1_mean is not None), default=1.0)
    if best > 1 / classes + 3 * noise:
        return []
    return [
        f"Warning: no arm is far above chance ({100 / classes:.3g} %): these trainings{of} are too "
        "short to compare by. Train for more epochs, or on more images under another study name."
    ]


def _gains(results: Sequence[ArmResult]) -> dict[str, str]:
    """Each method's gain over the baseline in points, at every cost."""
    base = results[0].top1_mean
    found: dict[str, list[str]] = {}
    for each in results[1:]:
        if base is not None and each.top1_mean is not None:
            gain = f"{100 * (each.top1_mean - base):+.1f} (x{each.cost:.4g})"
            found.setdefault(each.method, []).append(gain)
    return {method: " ".join(gains) for method, gains in found.items()}
