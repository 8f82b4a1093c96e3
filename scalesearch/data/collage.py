"""Lay turned, scaled and cut-out copies of small scans on canvases, many at once."""

from dataclasses import dataclass

import numpy as np

FINE = 8  # samples a scan pixel in enlarged scans
EDGE = 1  # empty scan pixels around an enlarged scan


@dataclass(frozen=True, slots=True)
class Pieces:
    """`n` pieces of scans, one on each of `n` canvases. All arrays are float32 but the first two.

    `canvas` (n,) and `scan` (n,): which canvas, and which scan; `origin` (n, 2): the point of the
    scan (y, x in scan pixels) that comes to `centre` (n, 2: y, x in canvas pixels); `height` (n,):
    canvas pixels that a scan's `scan_size` pixels take; `angle` (n,): turn in radians;
    `side` (n,): canvas pixels of the square that is cut out around `origin`, its edge fading out
    over `fade` pixels; `ink` (n,): brightness, 0..1.
    """

    canvas: np.ndarray
    scan: np.ndarray
    origin: np.ndarray
    centre: np.ndarray
    height: np.ndarray
    angle: np.ndarray
    side: np.ndarray
    ink: np.ndarray
    scan_size: int
    fade: float


def enlarged(scans: np.ndarray) -> np.ndarray:
    """Scans uint8 (n, s, s) by cubic splines to float32 (n, side, side) in 0..1.

    `side` is `FINE * (s + 2 * EDGE)` samples.
    """
    from scipy.ndimage import zoom  # imports for half a second; checks do not need it

    padded = np.pad(scans, ((0, 0), (EDGE, EDGE), (EDGE, EDGE))).astype(np.float32) / 255
    side = padded.shape[1]
    # Spline enlargement is linear and separable: one matrix does for all scans, rows and columns.
    spread = zoom(np.eye(side), (FINE, 1), order=3, mode="grid-constant", grid_mode=True)
    spread = spread.astype(np.float32)
    return np.clip(spread @ padded @ spread.T, 0, 1)


def paste(canvases: np.ndarray, fine: np.ndarray, pieces: Pieces, window: int) -> None:
    """Add `pieces` of the enlarged scans `fine` to `canvases` (m, h, w) float32, in place.

    Where strokes meet, the brighter stays. Only a window of `window` pixels around each centre is
    drawn, which must lie inside its canvas.
    """
    n, width = len(pieces.canvas), canvases.shape[2]
    corner = np.floor(pieces.centre).astype(np.int64) - window // 2
    steps = np.arange(window, dtype=np.float32) + 0.5
    offset = corner.astype(np.float32) - pieces.centre
    dy, dx = (offset[:, 0, None] + steps)[:, :, None], (offset[:, 1, None] + steps)[:, None, :]
    cos, sin = np.cos(pieces.angle)[:, None, None], np.sin(pieces.angle)[:, None, None]
    down, right = cos * dy - sin * dx, sin * dy + cos * dx
    reach = (pieces.side / 2)[:, None, None] - np.maximum(np.abs(down), np.abs(right))

    kept = np.flatnonzero(reach > 0)  # the rest of each window is far larger than the piece
    piece = np.repeat(np.arange(n), window**2)[kept]
    scale = (pieces.scan_size / pieces.height * FINE)[piece]  # samples a canvas pixel
    start = (pieces.origin + EDGE) * FINE - 0.5
    y = down.reshape(-1)[kept] * scale + start[piece, 0]
    x = right.reshape(-1)[kept] * scale + start[piece, 1]
    level = pieces.ink[piece] * np.minimum(reach.reshape(-1)[kept] / pieces.fade, 1)
    strokes = level * _bilinear(fine, pieces.scan[piece], y, x)

    inside = (np.arange(window)[:, None] * width + np.arange(window)).reshape(-1)
    first = pieces.canvas * canvases[0].size + corner[:, 0] * width + corner[:, 1]
    at = first[piece] + inside[kept % window**2]
    flat = canvases.reshape(-1)
    flat[at] = np.maximum(flat[at], strokes)


def _bilinear(fine: np.ndarray, scan: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Values of the scans numbered `scan` (k,) at the samples y, x (k,), clipped to the edge."""
    side = fine.shape[1]
    y, x = y.clip(0, side - 1.001), x.clip(0, side - 1.001)
    top, left = y.astype(np.int64), x.astype(np.int64)
    fy, fx = y - top.astype(np.float32), x - left.astype(np.float32)
    at = (scan * side + top) * side + left
    flat = fine.reshape(-1)
    upper = flat[at] * (1 - fx) + flat[at + 1] * fx
    lower = flat[at + side] * (1 - fx) + flat[at + side + 1] * fx
    return upper * (1 - fy) + lower * fy
