"""The answer of a search in full: what was concluded, with how it was asked for and made."""

import platform
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from scalesearch.core.answer import Answer, Finalist, Ranked, Sizes
from scalesearch.core.candidates import Shares
from scalesearch.core.resolution import Resolution
from scalesearch.search.conclusion import Result
from scalesearch.search.selection import Score

RULE = (
    "The {count} best of the search, ranked by {ranked}, were trained on further seeds, {seeds} in "
    "all. Of those that cannot be told apart from the best mean (two-sided 95 % t interval, one "
    "standard deviation pooled over the finalists' seeds) the cheapest wins; costs within 5 % "
    "count as equal, and of equally cheap ones the best mean wins."
)
RULE_ONE_SEED = (
    "With one seed each nothing can be told apart: train finalists on more. Of the {count} best of "
    "the search, ranked by {ranked}, the best mean wins."
)
RANKED_SMOOTHED = "accuracies smoothed over the triangle of shares"
RANKED_PLAIN = "their mean accuracies"
_Row = Mapping[str, Any]


def answer_of(
    result: Result,
    records: Sequence[_Row],
    *,
    baseline: str,
    phi: float,
    study: str,
    created: str,
    final_seeds: int,
    profile: str,
    dataset: str,
    command: str | None,
    settings: Mapping[str, Any],
    release: str,
    estimated_seconds: float | None = None,
    search_seconds: float | None = None,
) -> Answer:
    """The answer that `result` is, which was concluded from the trials table `records`.

    `baseline` is the network's name, `created` ISO 8601, `final_seeds` the seeds of each finalist
    in all, `release` the version of scalesearch; the others are as in `Answer`.
    """
    rows = {row["cell"]: row for row in records}
    winner = rows[result.winner]
    reference = result.baseline
    return Answer(
        baseline=baseline,
        study=study,
        created=created,
        alpha=winner["alpha"],
        beta=winner["beta"],
        gamma=winner["gamma"],
        phi=phi,
        names=_names(winner),
        shares=_shares(winner, "share"),
        realised=_sizes(winner),
        top1_mean=result.choice.winner.mean,
        top1_std=result.choice.winner.std,
        seeds=result.choice.winner.n,
        baseline_top1_mean=reference.mean if reference else None,
        baseline_top1_std=reference.std if reference else None,
        gain=result.gain,
        gain_on_further_seeds=result.fresh_gain,
        tie=result.choice.tie,
        tied_with=tuple(rows[each.cell]["names"] for each in result.choice.tied),
        rule=_rule(result, final_seeds),
        chosen_from=len(result.ranking),
        ranking=tuple(_ranked(each, rows[each.cell], result) for each in result.ranking),
        finalists=tuple(_finalist(each, rows[each.cell]) for each in result.finalists),
        beating_baseline=result.beating,
        warning=result.warning or None,
        failed_trainings=result.failed,
        estimated_seconds=estimated_seconds,
        search_seconds=search_seconds,
        profile=profile,
        dataset=dataset,
        command=command,
        settings=settings,
        versions=_versions(release),
    )


def _versions(release: str) -> dict[str, str]:
    libraries = ("tensorflow", "keras", "optuna", "numpy")
    own = {"scalesearch": release, "python": platform.python_version()}
    return own | {name: version(name) for name in libraries}


def _rule(result: Result, seeds: int) -> str:
    rule = RULE_ONE_SEED if result.choice.pooled_std is None else RULE
    return rule.format(count=len(result.finalists), ranked=_ranked_by(result), seeds=seeds)


def _ranked_by(result: Result) -> str:
    """By what finalists were chosen, in words."""
    return RANKED_SMOOTHED if result.smoothed else RANKED_PLAIN


def _ranked(score: Score, row: _Row, result: Result) -> Ranked:
    return Ranked(
        names=_names(row),
        top1_mean=score.mean,
        top1_smoothed=result.estimates.get(score.cell) if result.smoothed else None,
        cut_at=None,
    )


def _finalist(score: Score, row: _Row) -> Finalist:
    return Finalist(
        names=_names(row),
        alpha=row["alpha"],
        beta=row["beta"],
        gamma=row["gamma"],
        top1_mean=score.mean,
        top1_std=score.std,
        seeds=score.n,
    )


def _sizes(row: _Row) -> Sizes:
    return Sizes(
        repeats=_repeats(row["repeats"]),
        width=row["width"],
        resolution=Resolution.of(row["resolution"]),
        macs=row["macs"],
        params=row["params"],
        acts=row["acts"],
        counted_ratio=row["counted_ratio"],
        shares=_shares(row, "full_share"),
    )


def _repeats(text: str) -> tuple[int, ...] | str:
    """Blocks of each stage, written as "[1, 2]"; a Python function's depth, such as "x1.41"."""
    return text if text.startswith("x") else tuple(map(int, re.findall("[0-9]+", text)))


def _names(row: _Row) -> tuple[str, ...]:
    return tuple(row["names"].split("; "))


def _shares(row: _Row, prefix: str) -> Shares:
    return Shares(*(row[f"{prefix}_{name}"] for name in ("depth", "width", "resolution")))
