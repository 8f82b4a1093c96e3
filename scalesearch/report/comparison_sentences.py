"""What a comparison says, in sentences that the terminal and the page share."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from scalesearch.core.quantities import several
from scalesearch.report.comparison_findings import (
    BestRate,
    Findings,
    Information,
    Length,
    Slope,
)


class Interval(Protocol):
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


def interval(of: Interval) -> str:
    """The interval in points of top-1; "-" where there is none."""
    if of.low is None or of.high is None:
        return "-"
    return f"{100 * of.low:+.2f} to {100 * of.high:+.2f}"


def seeds(count: int | None) -> str:
    """Seeds of every arm, such as "1,234"; "-" where none are known, or over a million."""
    return "-" if count is None else f"{count:,}"


def sentences(findings: Findings) -> list[str]:
    """All that there is to say beside the tables of arms."""
    return [
        *(_noise(length) for length in findings.lengths),
        *_slopes(findings.slopes),
        *_rates(findings.best_rates),
        *(_information(each) for each in findings.information),
    ]


def _noise(length: Length) -> str:
    at = f"At {several(length.epochs, 'epoch')}"
    if length.noise is None:
        return f"{at} nothing was trained on two seeds that differ, so that no interval is known."
    words = [
        f"{at} one training varies by {100 * length.noise:.2f} points (standard deviation, pooled "
        f"over the arms, {several(length.degrees, 'degree')} of freedom)."
    ]
    if length.blocks and length.p is not None and length.spread is not None:
        words.append(
            f"Seeds differ by {100 * length.spread:.2f} points more than that (p = "
            f"{length.p:.2g}), so they count as blocks: arms are compared within each seed."
        )
    elif length.p is not None:
        words.append(f"Seeds do not count as blocks (p = {length.p:.2g}).")
    if length.seeds_for_half_a_point is not None:
        words.append(
            f"To prove a difference of 0.5 points takes "
            f"{length.seeds_for_half_a_point:,} seeds of each arm."
        )
    return " ".join(words)


def _slopes(slopes: Sequence[Slope]) -> list[str]:
    if not slopes:
        return []
    ends = f"From {slopes[0].shortest} to {several(slopes[0].longest, 'epoch')}"
    if any(each.low is None for each in slopes):
        return [f"{ends} no trend can be proven: nothing was trained on two seeds that differ."]
    longer = [each for each in slopes if each.low is not None and each.low > 0]
    shorter = [each for each in slopes if each.high is not None and each.high < 0]
    told = [
        f"{which} trainings favour {_listed(map(_name, arms))}"
        for which, arms in (("longer", longer), ("shorter", shorter))
        if arms
    ]
    if not told:
        return [
            f"{ends} no arm moves against the others by more than the noise: these trainings do "
            "not show that their length favours any dimension, nor that it does not."
        ]
    return [
        f"{ends} {', and '.join(told)}, each against the other arms of its cost. Such trends add "
        "up to 0: what one arm gains, the others lose."
    ]


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _rates(rates: Sequence[BestRate]) -> list[str]:
    told = []
    for epochs in dict.fromkeys(each.epochs for each in rates):
        mine = [each for each in rates if each.epochs == epochs]
        at = f"At {several(epochs, 'epoch')} the best of three learning rates is"
        names = {
            rate: _listed(_name(each) for each in mine if each.rate == rate)
            for rate in sorted({each.rate for each in mine})
        }
        how = {0.5: "half the recipe's", 1.0: "the recipe's", 2.0: "double the recipe's"}
        listed = "; ".join(
            f"{how.get(rate, f'{rate:g} times')} for {name}" for rate, name in names.items()
        )
        beyond = any(each.at_the_edge for each in mine)
        more = " Where it is the lowest or the highest, the best may lie beyond." if beyond else ""
        told.append(f"{at} {listed}.{more}")
        above = [_name(each) for each in mine if each.low is not None and each.low > 0]
        below = [_name(each) for each in mine if each.high is not None and each.high < 0]
        apart = [
            f"{how} {_listed(names)}"
            for how, names in (("above", above), ("below", below))
            if names
        ]
        if apart:
            told.append(f"With every arm at its best rate compound is {_listed(apart)}.")
        elif any(each.low is not None for each in mine):
            told.append("With every arm at its best rate no difference from compound is proven.")
    return told


def _name(each: BestRate | Slope) -> str:
    return f"{each.method} x{each.cost:.4g}"


def _information(each: Information) -> str:
    points = f"{abs(100 * each.difference):.2f} points {'more' if each.difference >= 0 else 'less'}"
    ends = "" if each.low is None else f" (95 % interval of the difference {interval(each)})"
    what = (
        f"At {several(each.epochs, 'epoch')} resolution x{each.cost:.4g} at {each.pixels} px "
        f"reaches {points} than on images of {each.informed} px "
        f"enlarged{ends}"
    )
    if each.low is None or each.high is None:
        return f"{what}."
    if each.low > 0:
        return f"{what}: the finer pixels' information counts, beside the computation."
    if each.high < 0:
        return f"{what}: without the information it is even better."
    return f"{what}: that the finer pixels' information counts is not proven."


def trend(each: Slope) -> str:
    """What a slope says, in a few words."""
    if each.low is None or each.high is None:
        return "not known"
    if each.low > 0:
        return "longer trainings favour it"
    return "shorter trainings favour it" if each.high < 0 else "not proven"
