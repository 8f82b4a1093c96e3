"""Random changes to a batch of training images, in numpy, cheap beside a training step."""

from dataclasses import dataclass

import numpy as np

_CUT_VALUE = 128  # grey that a cut-out square is filled with


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What is done to training images.

    `flip`: mirrored left to right, half of the time. `shift`: moved by up to this fraction of the
    image's height down or up, and of its width right or left; the edge is filled by reflection.
    `cutout`: a part of this fraction of height and width, at a random place, is greyed out.
    """

    flip: bool = False
    shift: float = 0.0
    cutout: float = 0.0


def augment(images: np.ndarray, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """A changed copy of `images` uint8 (batch, height, width, channels); same shape and dtype."""
    batch, height, width, channels = images.shape
    down, right = (min(round(how.shift * side), side - 1) for side in (height, width))
    changed = np.empty(images.shape, np.uint8)
    # Whole pixels move faster than bytes, and slices of rows faster than gathered indices.
    source = _reflected(np.ascontiguousarray(images).view(f"V{channels}")[..., 0], down, right)
    target = changed.view(f"V{channels}")[..., 0]
    moves = rng.integers(0, (2 * down + 1, 2 * right + 1), (batch, 2)).tolist()
    mirrored: list[bool] = np.less(rng.random(batch), 0.5 if how.flip else 0.0).tolist()
    for i, (y, x) in enumerate(moves):
        window = source[i, y : y + height, x : x + width]
        target[i] = window[:, ::-1] if mirrored[i] else window
    high, wide = (round(how.cutout * side) for side in (height, width))
    if high and wide:
        least, ends = (-(high // 2), -(wide // 2)), (height - high // 2, width - wide // 2)
        corners = rng.integers(least, ends, (batch, 2))
        for i, (y, x) in enumerate(corners.tolist()):
            changed[i, max(y, 0) : y + high, max(x, 0) : x + wide] = _CUT_VALUE
    return changed


def _reflected(pixels: np.ndarray, down: int, right: int) -> np.ndarray:
    """`pixels` (batch, height, width) with so many more on each edge, mirrored at the outermost."""
    if not (down or right):
        return pixels
    batch, height, width = pixels.shape
    wide = np.empty((batch, height + 2 * down, width + 2 * right), pixels.dtype)
    rows = wide[:, down : down + height]
    rows[:, :, right : right + width] = pixels
    for edge, reach in ((rows.swapaxes(1, 2), right), (wide, down)):  # columns, then whole rows
        if reach:
            edge[:, :reach] = edge[:, 2 * reach : reach : -1]
            edge[:, -reach:] = edge[:, -reach - 2 : -2 * reach - 2 : -1]
    return wide
