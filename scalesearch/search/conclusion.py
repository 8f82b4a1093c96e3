"""What a search found, as a pure function of its recorded rows."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalesearch.core.answer import Ranked
from scalesearch.core.candidates import Shares
from scalesearch.core.estimates import Beats, Estimate, More, Proof, Region
from scalesearch.core.tasks import BASELINE, COMPLETE, FAILED
from scalesearch.search.allocation import proof, prospects
from scalesearch.search.judgement import Fit, fit_of
from scalesearch.search.naming_rule import Naming
from scalesearch.search.optimum import CORNERS
from scalesearch.search.posterior import Posterior

Row = Mapping[str, Any]
_DIGITS = 6
_FURTHER = (1 / 3, 1, 3)
"""Numbers of further trainings whose effect is told, as multiples of the trainings so far."""
UNKNOWN_GAIN = "The baseline itself could not be trained, so no gain over it is known."


@dataclass(frozen=True, slots=True)
class Result:
    """What the search found. Accuracies are fractions; regret and noise are in points of top-1.

    Attributes:
        shares: of the named point.
        cell: the candidate that is named, where only candidates can be; None for a point.
        ranking: cells of the trained candidates, that of the highest surface first, and
            `candidates` in the same order.
        beating: the fraction of the candidates whose mean is above the baseline's; None where that
            has none.
        warning: a sentence for people, or "".

    The rest is as in `Answer`.
    """

    shares: Shares
    cell: str | None
    ranking: tuple[str, ...]
    candidates: tuple[Ranked, ...]
    top1: Estimate
    baseline_top1: Estimate | None
    gain: Estimate | None
    expected_regret: float
    within: float
    beats: Beats
    proof: Proof
    region: Region
    more: tuple[More, ...]
    noise: float
    trainings: int
    failed: int
    beating: float | None
    warning: str


def conclude(rows: Sequence[Row], naming: Naming, at: Shares | None = None) -> Result:
    """What the trials table of a search says of its best point, or of the point `at` if given.

    Raises StudyError if no candidate was ever trained, or the rows cannot support a surface.
    """
    fit = fit_of(rows, naming, at)
    best, may = fit.optimum, fit.domain
    order = _order(fit)
    means = _means(rows)
    reference = statistics.fmean(means[BASELINE]) if BASELINE in means else None
    ranked = _ranked(fit, order, rows, means)
    above = sum(each.top1_mean > reference for each in ranked) if reference is not None else 0
    trainings = sum(row["state"] == COMPLETE for row in rows)
    return Result(
        shares=_shares(best.mixture),
        cell=None if best.network is None else fit.seen.cells[best.network],
        ranking=tuple(fit.seen.cells[index] for index in order),
        candidates=ranked,
        top1=_estimates(best.value)[0],
        baseline_top1=None if best.baseline is None else _estimates(best.baseline)[0],
        gain=None if best.gain is None else _estimates(best.gain)[0],
        expected_regret=_rounded(best.expected_regret),
        within=_rounded(best.near),
        beats=Beats(*(None if each is None else _rounded(each) for each in best.beats)),
        proof=_proof(fit),
        region=Region(
            _rounded(np.mean(best.region)), tuple(map(_shares, may.mixtures[best.region]))
        ),
        more=_more(fit, [max(1, round(part * trainings)) for part in _FURTHER]),
        noise=_rounded(fit.surface.noise),
        trainings=trainings,
        failed=sum(row["state"] == FAILED for row in rows),
        beating=None if reference is None else above / len(ranked),
        warning=UNKNOWN_GAIN if reference is None else short_training_warning(above, len(ranked)),
    )


def short_training_warning(above: int, candidates: int) -> str:
    """What to say if fewer than half of the candidates beat the cheaper baseline; "" if not."""
    if above >= candidates / 2:
        return ""
    return (
        f"Only {above} of {candidates} candidates beat the baseline, which costs less than they "
        "do: these trainings are too short to choose by, and short ones favour width. Train for "
        "more epochs, or on more images under another study name."
    )


def _order(fit: Fit) -> list[int]:
    """The networks, that of the highest surface first."""
    means = fit.optimum.surface.mean.round(_DIGITS)
    return sorted(range(len(means)), key=lambda index: (-means[index], fit.seen.cells[index]))


def _means(rows: Iterable[Row]) -> dict[str, list[float]]:
    """Accuracies by cell, and those of the baseline by its role; in the order of their seeds."""
    found: dict[str, list[float]] = {}
    for row in sorted(rows, key=lambda row: row["seed"]):
        if row["state"] == COMPLETE:
            name = BASELINE if row["role"] == BASELINE else row["cell"]
            found.setdefault(name, []).append(row["val_top1"])
    return found


def _ranked(
    fit: Fit, order: Iterable[int], rows: Iterable[Row], means: Mapping[str, Sequence[float]]
) -> tuple[Ranked, ...]:
    names = {row["cell"]: row["names"] for row in rows}
    surface, own = _estimates(fit.optimum.surface), _estimates(fit.optimum.own)
    found = []
    for index in order:
        cell = fit.seen.cells[index]
        tops = means[cell]
        found.append(
            Ranked(
                names=tuple(names[cell].split("; ")),
                shares=_shares(fit.seen.mixtures[index]),
                trainings=len(tops),
                top1_mean=_rounded(statistics.fmean(tops)),
                top1_std=_rounded(statistics.stdev(tops)) if len(tops) > 1 else None,
                surface=surface[index],
                own=own[index],
                best=_rounded(fit.optimum.best[index]),
            )
        )
    return tuple(found)


def _proof(fit: Fit) -> Proof:
    best = fit.optimum
    return Proof(
        *(
            None
            if difference is None or difference <= 0
            else proof(fit.seen.mixtures, best.mixture, corner, fit.surface.noise, difference)
            for difference, corner in zip(best.differences, CORNERS, strict=True)
        )
    )


def _more(fit: Fit, trainings: Sequence[int]) -> tuple[More, ...]:
    now = fit.optimum.expected_regret
    left = prospects(fit.surface, fit.domain, trainings, now=now)
    return tuple(
        More(count, None, _rounded(regret)) for count, regret in zip(trainings, left, strict=True)
    )


def _shares(mixture: np.ndarray) -> Shares:
    return Shares(*(_rounded(part) for part in mixture))


def _estimates(posterior: Posterior) -> tuple[Estimate, ...]:
    """Fractions, of values in points."""
    ends = zip(posterior.mean, posterior.low, posterior.high, strict=True)
    return tuple(Estimate(*(_rounded(each / 100) for each in value)) for value in ends)


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
