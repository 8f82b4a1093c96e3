"""`cluttered-digits`: one whole digit among fragments of others, made from real scans.

A 64 px grey canvas holds one whole handwritten digit of random size, angle and place (near the
middle), fragments of other digits whose strokes are as wide and as bright, and noise. At the few
pixels of a proxy more of them read the digit better, and telling it from the fragments takes a view
of its surroundings, so depth, width and resolution all matter. Canvas i depends on (seed, part, i)
alone, never on how many are made.
"""

import hashlib
import json

import numpy as np

from scalesearch.data import collage, digits, splits
from scalesearch.data.collage import Pieces

CLASSES = digits.CLASSES
CHANNELS = 1
SIZE = 64  # pixels, side of the canvas
TRAIN_CANVASES = 6000  # made where no count is asked for
VALIDATION_CANVASES = 1500
VALIDATION_SCANS = 450  # of the 1,797 scans, kept away from the training canvases

# What makes the task hard. Lengths in pixels of the canvas, angles in degrees, brightness 0..1.
# By measurement: of digits a third to a half as high as the canvas a thin network at 20 px gains
# about as much from twice its depth as from twice its cost in width or in resolution; of smaller
# ones it reads too little for anything but pixels to help. Anywhere on the canvas, networks spend a
# training of seconds on finding the digit, by luck.
DIGIT_HEIGHT = (22.0, 32.0)
DIGIT_ANGLE = 10.0  # to either side
DIGIT_REACH = 8.0  # pixels that its centre may lie from the canvas's, down and across
FRAGMENTS = (1, 2)  # a canvas, both ends included
FRAGMENT_SIDE = (0.40, 0.60)  # of the height of the digit that the fragment is cut from
FRAGMENT_LIMIT = 13.0  # pixels, longest side of a fragment
FRAGMENT_ANGLE = 25.0
FRAGMENT_FADE = 2.0  # pixels over which the edge of a fragment fades out
FRAGMENT_TRIES = 3  # places drawn for a fragment, of which the farthest from the digit is kept
INK = (0.75, 1.0)  # brightness of one digit or fragment beside the others on its canvas
BACKGROUND = (0.10, 0.40)
CONTRAST = (0.55, 0.70)  # brightest ink above the background
NOISE = (0.01, 0.03)  # standard deviation of the noise on every pixel

_PARTS = {"train": 0, "validation": 1}
_FRAGMENT_ORIGIN = (2.0, 6.0)  # scan pixels, where a fragment is cut, down and right
_WHOLE = 60  # pixels, window that holds the largest digit at any angle
_WINDOW = 24  # pixels, window that holds the largest fragment at any angle
_MARGIN = _WHOLE // 2  # pixels around a canvas while it is drawn, so that no window is cut
_CHUNK = 32  # canvases drawn at once


def recipe() -> dict[str, object]:
    """The constants that decide the canvases, as plain values; part of the key of a cached set."""
    return {
        name: value for name, value in globals().items() if name.isupper() and name[0] != "_"
    } | {"version": 1}


def fingerprint() -> str:
    """12 hex digits that change with whatever decides the canvases."""
    return hashlib.sha256(json.dumps(recipe(), sort_keys=True).encode()).hexdigest()[:12]


def canvases(part: str, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (count, 64, 64, 1) and labels int32 (count,) of part "train" or "validation".

    The classes take turns. The scans are split before anything is drawn, so that no scan is seen
    in both parts, not even as a fragment.
    """
    images, labels = digits.scans()
    cut = splits.stratified(labels, len(labels) - VALIDATION_SCANS, VALIDATION_SCANS, seed)
    own = cut[_PARTS[part]]
    fine, owner = collage.enlarged(images[own, ..., 0]), labels[own]
    by_class = [np.flatnonzero(owner == name) for name in range(CLASSES)]
    drawn = np.empty((count, SIZE, SIZE, CHANNELS), np.uint8)
    for start in range(0, count, _CHUNK):
        index = range(start, min(start + _CHUNK, count))
        drawn[start : index.stop, ..., 0] = _draw(fine, by_class, index, _PARTS[part], seed)
    return drawn, np.arange(count, dtype=np.int32) % CLASSES


def _draw(
    fine: np.ndarray, by_class: list[np.ndarray], index: range, part: int, seed: int
) -> np.ndarray:
    """Canvases uint8 (n, 64, 64) of the numbers in `index`, from `fine` scans (m, side, side)."""
    many = FRAGMENTS[1]
    of_each = 7 + 2 * FRAGMENT_TRIES
    chance = np.empty((len(index), 10 + many * of_each), np.float32)
    noise = np.empty((len(index), SIZE, SIZE), np.float32)
    for row, i in enumerate(index):
        rng = np.random.default_rng([seed, part, i])
        noise[row] = rng.standard_normal((SIZE, SIZE), np.float32)
        chance[row] = rng.random(chance.shape[1], np.float32)
    whole, each = chance[:, :10].T, chance[:, 10:].reshape(len(index), many, of_each)

    ink = np.zeros((len(index), SIZE + 2 * _MARGIN, SIZE + 2 * _MARGIN), np.float32)
    digit = _digits(whole, [by_class[i % CLASSES] for i in index])
    collage.paste(ink, fine, digit, _WHOLE)
    wanted = FRAGMENTS[0] + np.floor(whole[6] * (FRAGMENTS[1] - FRAGMENTS[0] + 1))
    for k in range(many):
        on = np.flatnonzero(wanted > k)
        collage.paste(
            ink, fine, _fragments(each[on, k].T, on, len(fine), digit.centre[on]), _WINDOW
        )

    lift, floor, grain = (
        _between(ends, u)[:, None, None]
        for ends, u in zip((CONTRAST, BACKGROUND, NOISE), whole[7:], strict=True)
    )
    seen = ink[:, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    return np.clip((floor + lift * seen + grain * noise) * 255, 0, 255).astype(np.uint8)


def _digits(u: np.ndarray, pools: list[np.ndarray]) -> Pieces:
    """One whole digit a canvas, from chances `u` (10, n) and the scans of its class, `pools`."""
    scan = [pool[_pick(chance, len(pool))] for pool, chance in zip(pools, u[0], strict=True)]
    height, angle = _between(DIGIT_HEIGHT, u[1]), _angle(DIGIT_ANGLE, u[2])
    soft = 1 + 1 / digits.SIZE  # strokes blur by half a scan pixel beyond the scan
    half = soft * height / 2 * (np.cos(angle) + np.abs(np.sin(angle)))  # of the turned scan
    reach = np.minimum(DIGIT_REACH, SIZE / 2 - half)
    centre = np.stack([SIZE / 2 + (2 * chance - 1) * reach for chance in u[3:5]], axis=1)
    return Pieces(
        canvas=np.arange(len(scan)),
        scan=np.array(scan),
        origin=np.full_like(centre, digits.SIZE / 2),
        centre=centre + _MARGIN,
        height=height,
        angle=angle,
        side=height * (1 + 2 * collage.EDGE / digits.SIZE),  # the whole scan
        ink=_between(INK, u[5]),
        scan_size=digits.SIZE,
        fade=FRAGMENT_FADE,
    )


def _fragments(u: np.ndarray, canvas: np.ndarray, scans: int, avoid: np.ndarray) -> Pieces:
    """One fragment on each of `canvas` (n,), from chances `u` (7 + 2 * tries, n).

    Cut from any of `scans` scans, and placed at the one of the tries farthest from `avoid` (n, 2).
    """
    height = _between(DIGIT_HEIGHT, u[1])
    places = u[7:].T.reshape(-1, FRAGMENT_TRIES, 2) * SIZE + _MARGIN
    distance = np.square(places - avoid[:, None]).sum(axis=2)
    return Pieces(
        canvas=canvas,
        scan=_pick(u[0], scans),
        origin=np.stack([_between(_FRAGMENT_ORIGIN, chance) for chance in u[3:5]], axis=1),
        centre=places[np.arange(len(places)), distance.argmax(axis=1)],
        height=height,
        angle=_angle(FRAGMENT_ANGLE, u[5]),
        side=np.minimum(_between(FRAGMENT_SIDE, u[2]) * height, FRAGMENT_LIMIT),
        ink=_between(INK, u[6]),
        scan_size=digits.SIZE,
        fade=FRAGMENT_FADE,
    )


def _pick(chance: np.ndarray, count: int) -> np.ndarray:
    """Whole numbers from 0 to count - 1; the product can round up to `count`."""
    return np.minimum((chance * count).astype(np.int64), count - 1)


def _between(ends: tuple, chance: np.ndarray) -> np.ndarray:
    return (ends[0] + chance * (ends[1] - ends[0])).astype(np.float32)


def _angle(limit: float, chance: np.ndarray) -> np.ndarray:
    return np.deg2rad((2 * chance - 1) * limit).astype(np.float32)
