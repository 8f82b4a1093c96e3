"""A study as the search writes it: 21 candidates at about twice the baseline's cost."""

import json
import math
import random
import statistics
from typing import Any

import pytest

from scalesearch.core.answer import Answer
from scalesearch.core.multipliers import spread

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "</script><img src=http://evil.example/x onerror=alert(1)>",
    "@SUM(A1)",
    "+1",
    "$x_2$ %{y} {z}",
)


def _record(names: str, shares: tuple[float, float, float], rng: random.Random) -> dict[str, Any]:
    depth, width, resolution = shares
    alpha, beta, gamma = 2**depth, 2 ** (width / 2), 2 ** (resolution / 2)
    full = [share + rng.uniform(-0.05, 0.05) for share in (depth, width)]
    proxy = [share + rng.uniform(-0.07, 0.07) for share in (depth, width)]
    ratio, proxy_ratio = 2 + rng.uniform(-0.02, 0.03), 2 + rng.uniform(-0.012, 0.012)
    return {
        "names": names,
        "role": "candidate",
        "alpha": alpha,
        "beta": beta,
        "gamma": gamma,
        "share_depth": depth,
        "share_width": width,
        "share_resolution": resolution,
        "full_share_depth": full[0],
        "full_share_width": full[1],
        "full_share_resolution": 1 - sum(full),
        "repeats": "1-2-3-4-4-5-1",
        "width": beta * 1.01,
        "resolution": round(224 * gamma),
        "nominal_ratio": 2.0,
        "counted_ratio": ratio,
        "macs": round(401_679_000 * ratio),
        "params": round(5_288_548 * alpha * beta**2),
        "acts": round(6_728_000 * alpha * beta * gamma**2),
        "proxy_share_depth": proxy[0],
        "proxy_share_width": proxy[1],
        "proxy_share_resolution": 1 - sum(proxy),
        "proxy_repeats": json.dumps(spread(round(16 * alpha), (1, 2, 2, 3, 3, 4, 1))),
        "proxy_width": beta * 1.003,
        "proxy_resolution": round(36 * gamma),
        "proxy_counted_ratio": proxy_ratio,
        "proxy_macs": round(3_412_870 * proxy_ratio),
        "proxy_params": round(412_000 * alpha * beta**2),
        "proxy_acts": round(98_000 * alpha * beta * gamma**2),
        "micro_batch": 32,
    }


def _baseline() -> dict[str, Any]:
    record = _record("baseline", (0.0, 0.0, 0.0), random.Random(0))
    empty = {name: None for name in record if "share_" in name}
    ones = dict.fromkeys(("nominal_ratio", "counted_ratio", "proxy_counted_ratio"), 1.0)
    ones |= {"width": 1.0, "proxy_width": 1.0}
    sizes = {"macs": 401_679_000, "proxy_macs": 3_412_870}
    return record | empty | ones | sizes | {"role": "baseline", "repeats": "1-2-2-3-3-4-1"}


def _trial(record: dict[str, Any], cell: str, seed: int, top1: float) -> dict[str, Any]:
    return record | {
        "cell": cell,
        "stage": "final" if seed else "search",
        "seed": seed,
        "state": "complete",
        "val_top1": top1,
        "val_loss": 1.9 - 1.6 * top1,
        "epochs": 12,
        "seconds": 9.8765,
        "images_per_second": 1480.25,
        "peak_memory": 190_000_000,
        "weights": f"{seed:064x}",
        "reason": "",
    }


def make_records(hostile: bool = False) -> list[dict[str, Any]]:
    """21 candidates and the baseline; 3 seeds for four of them; one network failed."""
    rng = random.Random(7)
    points = [(d, w, 5 - d - w) for d in range(5, -1, -1) for w in range(5 - d, -1, -1)]
    named = {(5, 0, 0): "depth alone", (0, 5, 0): "width alone", (0, 0, 5): "resolution alone"}
    rows = [(_baseline(), 0.741, 3)]
    for index, (d, w, r) in enumerate(points):
        name = named.get((d, w, r), f"d{d} w{w} r{r} /5")
        if hostile and 5 <= index < 5 + len(HOSTILE):
            name = HOSTILE[index - 5]
        if (d, w, r) == (1, 2, 2):
            name = f"paper; {name}"
        record = _record(name, (d / 5, w / 5, r / 5), rng)
        if name.startswith("paper"):
            record |= {"alpha": 1.2, "beta": 1.1, "gamma": 1.15}
        spread = math.dist((d, w, r), (1, 1, 3))
        rows.append((record, 0.83 - 0.017 * spread + rng.gauss(0, 0.004), 1))
    trials = []
    best = sorted(range(1, len(rows)), key=lambda at: -rows[at][1])[:3]
    for at, (record, top1, seeds) in enumerate(rows):
        for seed in range(3 if at in best else seeds):
            value = round((top1 + rng.gauss(0, 0.005)) * 600) / 600
            trials.append(_trial(record, f"{at * 7919 + 10**15:016x}", seed, value))
    outcome = ("val_top1", "val_loss", "epochs", "seconds", "images_per_second")
    trials[-1] |= dict.fromkeys(outcome)
    trials[-1] |= {"state": "failed", "reason": "=1+1 killed by signal 9\n<b>out of memory</b>"}
    return trials


@pytest.fixture
def records() -> list[dict[str, Any]]:
    return make_records()


@pytest.fixture
def hostile_records() -> list[dict[str, Any]]:
    return make_records(hostile=True)


def make_coefficients(records: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """A coefficients.yaml as parsed, naming the network with the best mean."""
    tops: dict[str, list[float]] = {}
    for row in records:
        if row["role"] == "candidate" and row["state"] == "complete":
            tops.setdefault(row["cell"], []).append(row["val_top1"])
    means = {cell: statistics.fmean(values) for cell, values in tops.items()}
    order = sorted(means, key=lambda cell: (-means[cell], cell))
    of_cell = {row["cell"]: row for row in records}
    named, best = of_cell[order[0]], means[order[0]]
    return {
        "baseline": "efficientnet_b0",
        "study": "mine",
        **{key: named[key] for key in ("alpha", "beta", "gamma")},
        "phi": 1.0,
        "shares": _shares(named),
        "names": named["names"].split("; "),
        "instead": None,
        "top1": _estimate(best),
        "baseline_top1": _estimate(0.7415),
        "gain": _estimate(best - 0.7415),
        "expected_regret": 0.14,
        "regret": 0.15,
        "within": 0.88,
        "beats": {"depth": 0.99, "width": 0.97, "resolution": 0.91},
        "proof": {"depth": 12, "width": 40, "resolution": 310},
        "region": {"share": 0.18, "shares": [_shares(named)]},
        "more": [
            {"trainings": 15, "seconds": 150.0, "expected_regret": 0.12},
            {"trainings": 45, "seconds": 450.0, "expected_regret": 0.09},
        ],
        "noise": 0.9,
        "trainings": sum(map(len, tops.values())) + 1,
        "epochs": 12,
        "stopped_by": "regret",
        "rule": "The point of the triangle where the surface is highest.",
        "candidates": [
            {
                "names": of_cell[cell]["names"].split("; "),
                "shares": _shares(of_cell[cell]),
                "trainings": len(tops[cell]),
                "top1_mean": means[cell],
                "top1_std": statistics.stdev(tops[cell]) if len(tops[cell]) > 1 else None,
                "surface": _estimate(means[cell]),
                "own": _estimate(means[cell]),
                "best": round(1 / len(order), 3),
            }
            for cell in order
        ],
        "beating_baseline": 0.9,
        "warning": None,
        "realised": {
            **{key: named[key] for key in ("repeats", "width", "resolution", "macs", "params")},
            "acts": named["acts"],
            "counted_ratio": named["counted_ratio"],
            "shares": {"depth": 0.2, "width": 0.21, "resolution": 0.59},
        },
        "profile": "quick",
        "dataset": "cluttered-digits",
        "settings": {
            "grid": "simplex",
            "step": 0.125,
            "recipe": {"epochs": 12, "batch_size": 64, "optimiser": "sgd", "learning_rate": 0.2},
            "seeds": [0, 1, 2],
        },
        "command": "scalesearch grid --phi 1 --profile quick --grid simplex --step 0.125",
        "versions": {"scalesearch": "0.1.0", "tensorflow": "2.21.0", "python": "3.11.9"},
        "created": "2025-11-23T09:12:44+00:00",
    } | changes


def _shares(row: dict[str, Any]) -> dict[str, float]:
    return {key: row[f"share_{key}"] for key in ("depth", "width", "resolution")}


def _estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.006, "high": value + 0.006}


@pytest.fixture(name="make_coefficients")
def _make_coefficients():
    return make_coefficients


@pytest.fixture
def make_answer():
    """The same as an `Answer`, which holds None for what is absent."""

    def make(records: list[dict[str, Any]], **changes: Any) -> Answer:
        return Answer.from_json(make_coefficients(records, **changes))

    return make
