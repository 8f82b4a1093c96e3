"""`balance`: which baseline's proxy is balanced, from a surface over blocks, width and pixels.

A proxy whose accuracy gains most from one dimension alone is starved of it, and says more of itself
than of how to scale. For each baseline that could be one: what a doubled budget brings by its
shares, where the best shares lie, and how far each corner of the triangle is from them.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.core.multipliers import spread
from scalesearch.core.resolution import Resolution

from . import records
from .effects import Effect, Fit, least_squares
from .tagged_rows import Tagged, brought
from .training_jobs import CHANNELS
from .training_rows import Outcome

TAG = "balance"
NAMES = ("depth", "width", "resolution")
TERMS = 10
DRAWS = 4000
TERM_NAMES = ("1", "d", "w", "r", "d d", "w w", "r r", "d w", "d r", "w r")
STEP = 24
"""Parts of a share in which the triangle is looked at."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Accuracy in points as a quadratic in log2 blocks, 2 log2 width and 2 log2 pixels.

    In each a step of 1 doubles the cost, as the formula has it. Where networks were trained with
    several learning rates, those have a quadratic of their own, in log2.
    """

    middle: np.ndarray
    """(3,), about which the quadratic is written."""
    fit: Fit

    @property
    def values(self) -> np.ndarray:
        """The ten coefficients of the quadratic."""
        return self.fit.values[:TERMS]

    @property
    def covariance(self) -> np.ndarray:
        """Of those, (10, 10)."""
        return self.fit.covariance[:TERMS, :TERMS]

    def gradients(self, at: np.ndarray) -> list[Effect]:
        """Points for each doubling of cost in depth, width and resolution there, with intervals."""
        from scipy import stats

        reach = float(stats.t.ppf(0.975, self.fit.freedom))
        found = []
        for row in self._slopes(at):
            value = float(row @ self.values)
            wide = reach * math.sqrt(float(row @ self.covariance @ row))
            found.append(Effect(value, value - wide, value + wide))
        return found

    def doubled(self, at: np.ndarray, shares: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Gain in points of a doubled budget split by `shares` (n, 3), by draws (draws, n)."""
        step = terms(at[None] + shares - self.middle) - terms(at[None] - self.middle)
        return np.asarray(draws @ step.T)

    def draws(self) -> np.ndarray:
        """Coefficients (draws, terms), the same at every call, from their multivariate t."""
        rng = np.random.default_rng(0)
        root = np.linalg.cholesky(self.covariance)
        normal = rng.standard_normal((DRAWS, len(root)))
        scale = np.sqrt(self.fit.freedom / rng.chisquare(self.fit.freedom, DRAWS))
        return np.asarray(self.values + scale[:, None] * (normal @ root.T))

    def _slopes(self, at: np.ndarray) -> np.ndarray:
        """Derivatives of the terms, (3, terms)."""
        tiny = 1e-4
        steps = tiny * np.eye(3)
        return np.asarray(
            (terms(at + steps - self.middle) - terms(at - steps - self.middle)) / (2 * tiny)
        )


def terms(v: np.ndarray) -> np.ndarray:
    """1, the three, their squares and their products: (n, 3) to (n, 10)."""
    d, w, r = v.T
    return np.stack([np.ones_like(d), d, w, r, d * d, w * w, r * r, d * w, d * r, w * r], axis=1)


def place(outcome: Outcome) -> np.ndarray:
    """log2 blocks, 2 log2 width (of the full-size network's channels) and 2 log2 pixels."""
    job = outcome.job
    return np.array(
        [
            math.log2(outcome.blocks),
            2 * math.log2(job.width * job.proxy.width),
            2 * math.log2(job.resolution),
        ]
    )


def surface_of(outcomes: Sequence[Outcome]) -> Surface:
    """The least-squares surface. Raises ValueError where trainings are too few or too alike."""
    places = np.array([place(each) for each in outcomes])
    middle = places.mean(0)
    values = [each.top1() for each in outcomes]
    columns = dict(zip(TERM_NAMES, terms(places - middle).T, strict=True))
    rates = np.array([math.log2(each.job.recipe.learning_rate) for each in outcomes])
    if len(set(rates)) > 1:
        away = rates - np.median(rates)
        columns["rate"] = away
        if len(set(rates)) > 2:
            columns["rate rate"] = away**2
    return Surface(middle, least_squares(columns, values))


def run(out: Path, rows: Sequence[Path]) -> str:
    """Take over rows, write the tables, return the page."""
    groups = brought(out / "balance_trainings.csv", rows, TAG)
    surfaces = {tagged.tag: surface_of(tagged.outcomes) for tagged in groups}
    baselines = [row for tagged in groups for row in baseline_rows(tagged, surfaces[tagged.tag])]
    lines = [
        "Accuracy in points of top-1 as a quadratic in log2 blocks, 2 log2 width and 2 log2 pixels "
        "of proxies of one recipe: a step of 1 in each doubles the cost, as the formula has it. "
        "`depth`, `width` and `resolution` are what a doubling brings at a baseline, to first "
        "order, with 95 % intervals; a balanced baseline has three that are alike. `best` is the "
        "split of a doubled budget with the highest mean, `..._best` the probability that no split "
        "beats that corner by more than 0.1 points, `..._below` how far the corner lies below the "
        "best split, in points.",
        *(
            f"{tagged.tag}: {len(tagged.outcomes)} trainings; "
            f"{surfaces[tagged.tag].fit.residual:.2f} points are left by the fit."
            for tagged in groups
        ),
        *(said for tagged in groups for said in balanced(tagged.tag, baselines)),
    ]
    return records.write(
        out,
        "balance",
        "Balanced proxies",
        lines,
        [
            records.Table("", "Baselines, the most balanced first", baselines),
            records.Table(
                "surfaces",
                "Coefficients of the surfaces",
                [row for tag, surface in surfaces.items() for row in _coefficients(tag, surface)],
                shown=False,
            ),
        ],
    )


def baseline_rows(tagged: Tagged, surface: Surface) -> list[dict[str, Any]]:
    """A row for each baseline among blocks and pixels that were trained, the best balanced first.

    Their cost is the geometric mean of those that were trained over the root of 2, so that a
    doubled budget lies as far above that mean.
    """
    costs = [math.log2(each.macs) for each in tagged.outcomes]
    cost = 2 ** (float(np.mean(costs)) - 0.5)
    draws = surface.draws()
    found = [
        _baseline(tagged, surface, draws, blocks, width, pixels)
        for blocks, width, pixels in candidates(tagged.outcomes, cost)
    ]
    return sorted(found, key=lambda row: -row["least_below"])


def candidates(outcomes: Sequence[Outcome], cost: float) -> Iterator[tuple[int, float, int]]:
    """Blocks, width and pixels of networks of that cost, as wide as some that were trained."""
    job = outcomes[0].job
    base = job.proxy.network(CHANNELS.get(job.dataset, 3))
    full = Resolution.square
    widths = [each.job.width for each in outcomes]
    for blocks in sorted({each.blocks for each in outcomes}):
        repeats = spread(blocks, base.repeats)
        for pixels in sorted({each.job.resolution for each in outcomes}):
            low, high = min(widths), max(widths)
            macs = [base.with_sizes(repeats, w, full(pixels)).cost.macs for w in (low, high)]
            if not macs[0] <= cost <= macs[1]:
                continue
            for _ in range(30):
                middle = (low + high) / 2
                less = base.with_sizes(repeats, middle, full(pixels)).cost.macs < cost
                low, high = (middle, high) if less else (low, middle)
            yield blocks, high, pixels


def triangle() -> np.ndarray:
    """Shares over the triangle, (n, 3), the corners of depth, width and resolution first."""
    inner = [
        (d / STEP, w / STEP, (STEP - d - w) / STEP)
        for d in range(STEP + 1)
        for w in range(STEP + 1 - d)
        if max(d, w, STEP - d - w) < STEP
    ]
    return np.concatenate([np.eye(3), np.array(inner)])


def _baseline(
    tagged: Tagged, surface: Surface, draws: np.ndarray, blocks: int, width: float, pixels: int
) -> dict[str, Any]:
    whole = width * tagged.outcomes[0].job.proxy.width
    at = np.array([math.log2(blocks), 2 * math.log2(whole), 2 * math.log2(pixels)])
    shares = triangle()
    gains = surface.doubled(at, shares, draws)
    mean = surface.doubled(at, shares, surface.values[None])[0]
    below = gains.max(1, keepdims=True) - gains[:, :3]
    row: dict[str, Any] = {
        "tag": tagged.tag,
        "blocks": blocks,
        "width": round(whole, 4),
        "pixels": pixels,
    }
    for name, slope in zip(NAMES, surface.gradients(at), strict=True):
        row[name] = round(slope.value, 2)
        row[f"{name}_low"], row[f"{name}_high"] = round(slope.low, 2), round(slope.high, 2)
    row["best"] = "/".join(f"{share:.2f}" for share in shares[int(mean.argmax())])
    for corner, name in enumerate(NAMES):
        row[f"{name}_below"] = round(float(mean.max() - mean[corner]), 2)
        row[f"{name}_best"] = round(float((below[:, corner] <= 0.1).mean()), 2)
    row["least_below"] = min(row[f"{name}_below"] for name in NAMES)
    return row


def balanced(tag: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    """What to take, in words."""
    ours = [row for row in rows if row["tag"] == tag]
    if not ours:
        return []
    best = ours[0]
    return [
        f"{tag}: the most balanced is {best['blocks']} blocks, {best['width']:g} of the width and "
        f"{best['pixels']} pixels: its best split of a doubled budget (depth/width/resolution "
        f"{best['best']}) lies {best['least_below']:.2f} points above the nearest corner."
    ]


def _coefficients(tag: str, surface: Surface) -> Iterator[dict[str, Any]]:
    for name, effect in surface.fit.effects.items():
        yield {
            "tag": tag,
            "term": name,
            "points": round(effect.value, 3),
            "low": round(effect.low, 3),
            "high": round(effect.high, 3),
        }
