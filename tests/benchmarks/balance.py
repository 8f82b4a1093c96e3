"""`balance`: which baseline's proxy is balanced, from a surface over blocks, width and pixels.

A proxy whose accuracy gains most from one dimension alone is starved of it, and says more of itself
than of how to scale. For each baseline that could be one: what a doubled budget brings by its
shares, where the best shares lie, and how far each corner of the triangle is from them.
"""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.core.multipliers import spread
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError

from . import records
from .corners import corner_rows
from .response_surface import Surface, surface_of, triangle
from .tagged_rows import Tagged, brought
from .training_outcomes import Outcome

TAG, CORNERS = "balance", "corners"
NAMES = ("depth", "width", "resolution")


def run(out: Path, rows: Sequence[Path]) -> str:
    """Take over rows, write the tables, return the page."""
    every = brought(out / "balance_trainings.csv", rows, TAG, CORNERS)
    corners = [tagged for tagged in every if tagged.tag.startswith(CORNERS)]
    surfaces: dict[str, Surface] = {}
    few = []
    for tagged in every:
        if tagged in corners:
            continue
        try:
            surfaces[tagged.tag] = surface_of(tagged.outcomes)
        except ValueError as error:
            few.append(f"{tagged.tag}: {error}, so there is no surface.")
    groups = [tagged for tagged in every if tagged.tag in surfaces]
    if not groups and not corners:
        raise ScaleSearchError(" ".join(few))
    baselines = [row for tagged in groups for row in baseline_rows(tagged, surfaces[tagged.tag])]
    lines = [
        "Accuracy in points of top-1 as a quadratic in log2 blocks, 2 log2 width and 2 log2 pixels "
        "of proxies of one recipe: a step of 1 in each doubles the cost, as the formula has it. "
        "`..._gain` is what a doubling brings at a baseline, to first "
        "order, with 95 % intervals; a balanced baseline has three that are alike. `best` is the "
        "split of a doubled budget with the highest mean, `..._best` the probability that no split "
        "beats that corner by more than 0.1 points, `..._below` how far the corner lies below the "
        "best split, in points.",
        *(
            f"{tagged.tag}: {len(tagged.outcomes)} trainings on "
            f"{tagged.outcomes[0].job.dataset}; "
            f"{surfaces[tagged.tag].fit.residual:.2f} points are left by the fit."
            for tagged in groups
        ),
        *(said for tagged in groups for said in balanced(tagged.tag, baselines)),
        *few,
    ]
    return records.write(
        out,
        "balance",
        "Balanced proxies",
        lines,
        [
            *(
                [
                    records.Table("", "Baselines, the most balanced first", baselines),
                    records.Table(
                        "surfaces",
                        "Coefficients of the surfaces",
                        [row for tag, of in surfaces.items() for row in _coefficients(tag, of)],
                        shown=False,
                    ),
                ]
                if baselines
                else []
            ),
            *(
                [
                    records.Table(
                        "corners",
                        "Networks of one budget at a baseline, its corners among them",
                        [row for tagged in corners for row in corner_rows(tagged)],
                    )
                ]
                if corners
                else []
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
    return sorted(found, key=lambda row: (-row["least_below"], _unlike(row)))


def _unlike(row: dict[str, Any]) -> float:
    """How far apart the three gains of a baseline lie."""
    gains = [float(row[f"{name}_gain"]) for name in NAMES]
    return max(gains) - min(gains)


def candidates(outcomes: Sequence[Outcome], cost: float) -> Iterator[tuple[int, float, int]]:
    """Blocks, width and pixels of networks of that cost, as wide as some that were trained."""
    job = outcomes[0].job
    base = job.base
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
        row[f"{name}_gain"] = round(slope.value, 2)
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
    named = f"{best['blocks']} blocks, {best['width']:g} of the width and {best['pixels']} pixels"
    split = f"its best split of a doubled budget (depth/width/resolution) is {best['best']}"
    if best["least_below"] <= 0:
        return [
            f"{tag}: the best split of every baseline is a corner. The three gains are most alike "
            f"at {named}; {split}."
        ]
    return [
        f"{tag}: the most balanced is {named}; {split}, {best['least_below']:.2f} points above the "
        "nearest corner."
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
