"""Random changes to a batch of training images, in numpy, cheap beside a training step."""

from dataclasses import dataclass

import numpy as np

_CUT_VALUE = 128  # grey that a cut-out square is filled with


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What is done to training images.

    `flip`: mirrored left to right, half of the time. `shift`: moved by up to this fraction of the
    image's side, down or up and right or left; the edge is filled by reflection. `cutout`: a
    square of this fraction of the side, at a random place, is greyed out.
    """

    flip: bool = False
    shift: float = 0.0
    cutout: float = 0.0


def augment(images: np.ndarray, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """A changed copy of `images` uint8 (batch, side, side, channels); same shape and dtype."""
    batch, side, _, channels = images.shape
    reach = min(round(how.shift * side), side - 1)
    changed = np.empty((batch, side, side, channels), np.uint8)
    # Whole pixels move faster than bytes, and slices of rows faster than gathered indices.
    source = _reflected(np.ascontiguousarray(images).view(f"V{channels}")[..., 0], reach)
    target = changed.view(f"V{channels}")[..., 0]
    moves = rng.integers(0, 2 * reach + 1, (batch, 2)).tolist()
    mirrored: list[bool] = np.less(rng.random(batch), 0.5 if how.flip else 0.0).tolist()
    for i, (y, x) in enumerate(moves):
        window = source[i, y : y + side, x : x + side]
        target[i] = window[:, ::-1] if mirrored[i] else window
    hole = round(how.cutout * side)
    if hole:
        corners = rng.integers(-(hole // 2), side - hole // 2, (batch, 2))
        for i, (y, x) in enumerate(corners.tolist()):
            changed[i, max(y, 0) : y + hole, max(x, 0) : x + hole] = _CUT_VALUE
    return changed


def _reflected(pixels: np.ndarray, reach: int) -> np.ndarray:
    """`pixels` (batch, side, side) with `reach` more on every edge, mirrored at the outermost."""
    if not reach:
        return pixels
    batch, side, _ = pixels.shape
    wide = np.empty((batch, side + 2 * reach, side + 2 * reach), pixels.dtype)
    wide[:, reach:-reach, reach:-reach] = pixels
    for edge in (wide[:, reach:-reach].swapaxes(1, 2), wide):  # columns, then whole rows
        edge[:, :reach] = edge[:, 2 * reach : reach : -1]
        edge[:, -reach:] = edge[:, -reach - 2 : -2 * reach - 2 : -1]
    return wide
