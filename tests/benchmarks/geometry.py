"""`geometry`: what pixels that are odd, or do not fit the strides, do to a proxy's accuracy.

From trainings of networks that differ in pixels alone: an intervention, not a regression on
networks that differ in all else too.
"""

import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import records
from .effects import Effect, least_squares, mean_of, told
from .pixel_sizes import Size, misfit, sizes_of, stride_of
from .tagged_rows import Tagged, brought

TAG = "pixels"


def run(out: Path, rows: Sequence[Path]) -> str:
    """Take over rows, write the tables, return the page."""
    tagged = brought(out / "geometry_trainings.csv", rows, TAG)
    effects = [row for each in tagged for row in effect_rows(each)]
    lines = [
        "Networks that differ in the pixels of their images and in nothing else, by the stride of "
        "all layers together. A smooth trend in log2 of the pixels, a quadratic, is taken off; the "
        "seeds are blocks. Points are of top-1 in percent, intervals hold 95 %.",
        *(said for each in tagged for said in sentences(each)),
    ]
    return records.write(
        out,
        "geometry",
        "Pixels that fit the strides, and others",
        lines,
        [
            records.Table("", "The effects, in points", effects),
            records.Table(
                "pairs",
                "Each size less the mean of the two sizes next to it, in points",
                [row for each in tagged for row in pair_rows(each)],
            ),
            records.Table(
                "sizes", "The sizes", [row for each in tagged for row in size_rows(each)]
            ),
        ],
    )


def effect_rows(tagged: Tagged) -> list[dict[str, Any]]:
    """What is odd, what does not fit the stride and what fits half of it, each beside the trend."""
    stride, sizes = stride_of(tagged.outcomes), sizes_of(tagged.outcomes)
    kinds = {
        "odd pixels": {size.pixels: float(size.pixels % 2) for size in sizes},
        f"not a multiple of {stride}": {s.pixels: float(s.pixels % stride > 0) for s in sizes},
        f"not a multiple of {stride // 2}": {
            s.pixels: float(s.pixels % (stride // 2) > 0) for s in sizes
        },
        "last map larger than the picture, for each doubling": {
            size.pixels: misfit(size.pixels, stride) for size in sizes
        },
    }
    rows = []
    for what, by_pixels in kinds.items():
        if len(set(by_pixels.values())) < 2:
            continue
        effect, residual = _effect(sizes, by_pixels, [s.top1 for s in sizes])
        cost, _ = _effect(sizes, by_pixels, [{0: 100 * math.log2(s.macs)} for s in sizes])
        rows.append(
            {
                "tag": tagged.tag,
                "stride": stride,
                "what": what,
                "points": round(effect.value, 2),
                "low": round(effect.low, 2),
                "high": round(effect.high, 2),
                "cost_percent_of_a_doubling": round(cost.value, 1),
                "left_by_the_fit": round(residual, 2),
                "trainings": len(tagged.outcomes),
            }
        )
    return rows


def _effect(
    sizes: Sequence[Size], by_pixels: dict[int, float], values: Sequence[dict[int, float]]
) -> tuple[Effect, float]:
    """That of one column beside a quadratic in log2 pixels and a mean for each seed."""
    long = [
        (size.pixels, seed, value)
        for size, by_seed in zip(sizes, values, strict=True)
        for seed, value in by_seed.items()
    ]
    middle = statistics.fmean(math.log2(size.pixels) for size in sizes)
    trend = [math.log2(pixels) - middle for pixels, _, _ in long]
    columns: dict[str, Sequence[float]] = {
        "effect": [by_pixels[pixels] for pixels, _, _ in long],
        "trend": trend,
        "bend": [each**2 for each in trend],
    }
    for block in sorted({seed for _, seed, _ in long}):
        columns[f"seed {block}"] = [float(seed == block) for _, seed, _ in long]
    fit = least_squares(columns, [value for _, _, value in long])
    return fit.effects["effect"], fit.residual


def pair_rows(tagged: Tagged) -> list[dict[str, Any]]:
    """By kind of size: how far it lies above the mean of its two neighbours, all seeds alike."""
    stride = stride_of(tagged.outcomes)
    by_pixels = {size.pixels: size for size in sizes_of(tagged.outcomes)}
    kinds: dict[str, list[float]] = {}
    for pixels, size in by_pixels.items():
        beside = [by_pixels.get(pixels + step) for step in (-1, 1)]
        for seed, value in size.top1.items():
            others = [each.top1[seed] for each in beside if each and seed in each.top1]
            if len(others) == 2:
                kinds.setdefault(_kind(pixels, stride), []).append(value - statistics.fmean(others))
    rows = []
    for kind, differences in sorted(kinds.items()):
        found = mean_of(differences)
        rows.append(
            {
                "tag": tagged.tag,
                "sizes": kind,
                "above_both_neighbours": round(found.value, 2),
                "low": told(found.low),
                "high": told(found.high),
                "pairs": len(differences),
            }
        )
    return rows


def _kind(pixels: int, stride: int) -> str:
    if pixels % stride == 0:
        return f"multiples of {stride}"
    if pixels % stride == 1:
        return f"one above a multiple of {stride}"
    return "other odd sizes" if pixels % 2 else "other even sizes"


def size_rows(tagged: Tagged) -> list[dict[str, Any]]:
    """A row a size."""
    stride = stride_of(tagged.outcomes)
    return [
        {
            "tag": tagged.tag,
            "pixels": size.pixels,
            "last_map": -(-size.pixels // stride),
            "macs": size.macs,
            "top1": round(size.mean, 2),
            "seeds": len(size.top1),
        }
        for size in sizes_of(tagged.outcomes)
    ]


def sentences(tagged: Tagged) -> list[str]:
    """What the effects say."""
    return [
        f"Stride {row['stride']}, {row['what']}: {row['points']:+.2f} points ({row['low']:+.2f} to "
        f"{row['high']:+.2f}), beside {row['cost_percent_of_a_doubling']:+.0f} % of a doubling in "
        "cost."
        for row in effect_rows(tagged)
    ]
