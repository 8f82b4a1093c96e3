"""How searches named a network before they fitted a surface: a peer for what they do now.

Accuracies of one seed were smoothed over realised shares of the cost by kriging of a fixed length,
the best three were trained with two further seeds, and of those that a t test did not tell from the
best mean the cheapest won.
"""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import stdtrit

REACH, NOISE = 0.5, 1.0
FINALISTS = 3
EQUALLY_CHEAP = 0.05

Row = Mapping[str, Any]


def smoothed_by_cell(rows: Sequence[Row]) -> dict[str, float]:
    """What each candidate was ranked by: its mean, drawn towards those of its neighbours."""
    cells = list(dict.fromkeys(row["cell"] for row in rows))
    of = {cell: [row for row in rows if row["cell"] == cell] for cell in cells}
    parts = [f"proxy_share_{name}" for name in ("depth", "width", "resolution")]
    shares = np.array([[float(of[cell][0][part]) for part in parts] for cell in cells])
    values = np.array([statistics.fmean(row["val_top1"] for row in of[cell]) for cell in cells])
    trainings = np.array([len(of[cell]) for cell in cells])
    apart = np.square(shares[:, None] - shares[None]).sum(-1)
    near = np.exp(-apart / (2 * REACH**2))
    weights = np.linalg.inv(near + np.diag(NOISE / trainings))
    trend = shares @ (np.linalg.pinv(shares.T @ weights @ shares) @ shares.T @ weights @ values)
    found = trend + near @ weights @ (values - trend)
    return dict(zip(cells, found.tolist(), strict=True))


def finalists(ranking: Mapping[str, float]) -> list[str]:
    """The best three."""
    return sorted(ranking, key=lambda cell: (-ranking[cell], cell))[:FINALISTS]


def named(rows: Sequence[Row]) -> str:
    """The network that is named among finalists, from all their trainings."""
    cells = list(dict.fromkeys(row["cell"] for row in rows))
    values = {cell: [row["val_top1"] for row in rows if row["cell"] == cell] for cell in cells}
    macs = {row["cell"]: row["macs"] for row in rows}
    means = {cell: statistics.fmean(of) for cell, of in values.items()}
    best = min(cells, key=lambda cell: (-means[cell], cell))
    freedom = sum(len(of) - 1 for of in values.values())
    squares = sum(float(np.var(of)) * len(of) for of in values.values())
    reach = float(stdtrit(freedom, 0.975)) * (squares / freedom) ** 0.5

    def margin(cell: str) -> float:
        return reach * (1 / len(values[cell]) + 1 / len(values[best])) ** 0.5

    tied = [cell for cell in cells if means[best] - means[cell] <= margin(cell)]
    cheap = min(macs[cell] for cell in tied) * (1 + EQUALLY_CHEAP)
    return min((c for c in tied if macs[c] <= cheap), key=lambda cell: (-means[cell], cell))
