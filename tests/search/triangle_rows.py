"""Rows of a search over the triangle, trained by a surface that is known."""

import json
import math
import random
from collections.abc import Iterable
from typing import Any

from scalesearch.core.candidates import simplex
from scalesearch.core.multipliers import spread

STAGES = (1, 2, 2, 3, 3, 4, 1)
PEAK = (0.25, 0.25, 0.5)


def hill(depth: float, width: float, resolution: float) -> float:
    """A fraction: highest at `PEAK`, and falling with the square of the distance from it."""
    return 0.6 - 0.06 * math.dist((depth, width, resolution), PEAK) ** 2


def network(number: int) -> dict[str, Any]:
    """Columns of candidate `number` from 1 to 15 of the triangle in quarters; 0 is the baseline."""
    shares = (0.0, 0.0, 0.0) if not number else _shares(number)
    alpha, beta, gamma = 2 ** shares[0], 2 ** (shares[1] / 2), 2 ** (shares[2] / 2)
    repeats = json.dumps(spread(round(16 * alpha), STAGES))
    ratio = 2.0 if number else 1.0
    dimensions = ("depth", "width", "resolution")
    asked = {f"share_{name}": share for name, share in zip(dimensions, shares, strict=True)}
    return {
        "names": simplex(0.25)[number - 1].name if number else "baseline",
        "role": "candidate" if number else "baseline",
        "alpha": alpha,
        "beta": beta,
        "gamma": gamma,
        **(asked if number else dict.fromkeys(asked)),
        **{f"full_{name}": share if number else None for name, share in asked.items()},
        **{f"proxy_{name}": share if number else None for name, share in asked.items()},
        "repeats": repeats,
        "width": beta,
        "resolution": round(224 * gamma),
        "macs": round(400e6 * ratio) + number,
        "params": 5_000_000 + number,
        "acts": 6_000_000 + number,
        "nominal_ratio": ratio,
        "counted_ratio": ratio,
        "proxy_repeats": repeats,
        "proxy_width": beta,
        "proxy_resolution": round(64 * gamma),
        "proxy_counted_ratio": ratio,
        "proxy_macs": round(10e6 * ratio) + number,
        "proxy_params": 50_000 + number,
        "proxy_acts": 60_000 + number,
    }


def _shares(number: int) -> tuple[float, float, float]:
    shares = simplex(0.25)[number - 1].shares
    return shares.depth, shares.width, shares.resolution


def cell_of(number: int) -> str:
    return f"{number:016x}"


def top1_of(number: int, seed: int) -> float:
    """What a training reaches: the surface, and noise that is always the same."""
    value = hill(*_shares(number)) if number else 0.5
    return value + random.Random(f"{number} {seed}").gauss(0, 0.005)


def row(number: int, seed: int = 0, **changes: Any) -> dict[str, Any]:
    """A complete row of the trials table."""
    return {
        **network(number),
        "cell": cell_of(number),
        "seed": seed,
        "stage": "round 1",
        "state": "complete",
        "val_top1": top1_of(number, seed),
        "val_loss": 1.0,
        "epochs": 2.0,
        "seconds": 10.0,
        "images_per_second": 100.0,
        "reason": "",
        **changes,
    }


def rows(numbers: Iterable[int] = range(16), seeds: int = 2) -> list[dict[str, Any]]:
    return [row(number, seed) for number in numbers for seed in range(seeds)]
