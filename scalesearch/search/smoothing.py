"""Accuracies drawn towards those of their neighbours on the triangle of budget shares.

A candidate is trained once or twice before finalists are chosen, and its seed moves its accuracy
about as much as its neighbours differ from it. Networks of one cost with nearly the same shares are
nearly the same network, so each training says something of its neighbours too. This is kriging with
a linear trend, or the mean of a Gaussian process (Rasmussen & Williams 2006, section 2.7): the
usual way to read a noisy response surface.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scalesearch.core.realisation import COST_TOLERANCE
from scalesearch.search.selection import Score

REACH = 0.5
"""Shares of a budget over which a departure from the trend fades (the kernel's length)."""
NOISE = 1.0
"""Variance of one training over that of the departures from the trend."""
FEWEST = 6
"""Candidates below which nothing is smoothed."""
ONE_COST = (1 + COST_TOLERANCE) / (1 - COST_TOLERANCE)
"""Greatest cost over the least up to which candidates are a mixture of one budget.

Each may lie 5 % above or below the target, so candidates at equal cost differ by up to 1.05 / 0.95.
"""
FAR = 3.0
"""Robust standard deviations from the median beyond which a value is no neighbour's business."""
LEAST_SPREAD = 0.01
"""Standard deviation, as a fraction of top-1, that is the least to be reckoned with."""
_SHARES = tuple(f"proxy_share_{name}" for name in ("depth", "width", "resolution"))
_RATIO = "proxy_counted_ratio"

Row = Mapping[str, Any]


def smoothed(shares: np.ndarray, values: np.ndarray, trainings: np.ndarray) -> np.ndarray:
    """What each candidate's accuracy is likely to be over many seeds.

    Args:
        shares: realised shares of depth, width and resolution, (candidates, 3), rows summing to 1.
        values: mean accuracy of each, (candidates,).
        trainings: how many trainings each mean is of, (candidates,), at least 1.

    Values that are linear in the shares come back unchanged.
    """
    apart = np.square(shares[:, None] - shares[None]).sum(-1)
    shared = np.exp(-apart / (2 * REACH**2))
    weights = np.linalg.inv(shared + np.diag(NOISE / trainings))
    # The pseudo-inverse, since candidates may all lie on one edge of the triangle.
    trend = shares @ (np.linalg.pinv(shares.T @ weights @ shares) @ shares.T @ weights @ values)
    return trend + shared @ weights @ (values - trend)


def winsorised(values: np.ndarray) -> np.ndarray:
    """`values` (candidates,), those far from their median brought to the limit (see above)."""
    middle = np.median(values)
    spread = max(1.4826 * float(np.median(np.abs(values - middle))), LEAST_SPREAD)
    return np.clip(values, middle - FAR * spread, middle + FAR * spread)


def is_one_budget(scores: Sequence[Score], rows: Mapping[str, Row]) -> bool:
    """Whether `estimates` smooths: enough candidates, all of one cost, their shares known."""
    known = [rows[score.cell] for score in scores]
    ratios = [row[_RATIO] for row in known if row.get(_RATIO) is not None]
    return (
        FEWEST <= len(known) == len(ratios)
        and max(ratios) <= ONE_COST * min(ratios)
        and all(row.get(name) is not None for row in known for name in _SHARES)
    )


def estimates(scores: Sequence[Score], rows: Mapping[str, Row]) -> dict[str, float]:
    """The accuracy by which each cell is ranked; `rows` has one row of the table for each cell.

    Smoothed where candidates are mixtures of one budget (see `is_one_budget`); else their own
    means.
    """
    if not is_one_budget(scores, rows):
        return {score.cell: score.mean for score in scores}
    shares = np.array([[rows[score.cell][name] for name in _SHARES] for score in scores], float)
    means = np.array([score.mean for score in scores])
    near = winsorised(means)
    found = smoothed(shares, near, np.array([score.n for score in scores], float))
    found += np.minimum(means - near, 0)
    # Rounded so that equal candidates are not told apart by the order of a sum.
    return {score.cell: round(float(value), 9) for score, value in zip(scores, found, strict=True)}
