"""Accuracy against cost as plain values: what every picture shows, before anything is drawn."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from scalesearch.errors import StudyError
from scalesearch.report.known_points import DIMENSIONS, PAPER, corner_of, is_paper

Cost = Literal["macs", "params", "acts"]
Whose = Literal["proxy", "full"]

_COST_NAMES = {"macs": "MACs", "params": "parameters", "acts": "activations"}

_STRETCH = 3.0
"""The baseline gets an axis of its own where it lies further off than this many candidate spans."""


@dataclass(frozen=True, slots=True)
class Point:
    """One trained network. Accuracy and its standard deviation over seeds are fractions."""

    label: str
    cost: float
    ratio: float
    """Cost over the baseline's."""
    accuracy: float
    std: float
    """NaN where there is one seed."""
    seeds: int
    coefficients: tuple[float, float, float]
    shares: tuple[float, float, float] | None
    """Realised shares of the budget (depth, width, resolution); None for the baseline."""
    role: str
    corner: str
    """The dimension that takes the whole budget; empty for other points."""
    on_front: bool
    is_named: bool
    is_paper: bool

    @property
    def short(self) -> str:
        """The first of its names, and how many more there are."""
        first, *more = self.label.split("; ")
        return f"{first} (+{len(more)})" if more else first

    @property
    def title(self) -> str:
        """What a label beside the point says; empty for points without one."""
        parts = [f"named: {self.short}"] if self.is_named else []
        if self.is_paper and not (self.is_named and self.short.startswith("paper")):
            parts.append("paper")
        if self.corner and not (self.is_named and self.short.startswith(self.corner)):
            parts.append(f"{self.corner} alone")
        if self.role == "baseline":
            parts.append("baseline")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class ParetoInfo:
    """All points, by cost, and the front among them."""

    cost: Cost
    network: Whose
    baseline_cost: float
    points: tuple[Point, ...]

    @property
    def cost_name(self) -> str:
        """What is counted, and of which network."""
        whose = "proxy" if self.network == "proxy" else "full-size network"
        return f"{_COST_NAMES[self.cost]} of the {whose}"

    @property
    def front(self) -> tuple[Point, ...]:
        """Points that no other beats in cost and accuracy at once, by cost."""
        return tuple(point for point in self.points if point.on_front)

    @property
    def baseline(self) -> Point | None:
        return next((point for point in self.points if point.role == "baseline"), None)

    @property
    def candidates(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.role != "baseline")

    @property
    def candidate_range(self) -> tuple[float, float]:
        """An axis range for the candidates' ratios, with air."""
        ratios = [point.ratio for point in self.candidates] or [1.0]
        air = max(0.08 * (max(ratios) - min(ratios)), 0.005)
        return min(ratios) - air, max(ratios) + air

    @property
    def accuracy_range(self) -> tuple[float, float]:
        """An axis range in % that holds every point and its bar, with room for labels."""
        spreads = [0.0 if math.isnan(point.std) else point.std for point in self.points]
        pairs = list(zip(self.points, spreads, strict=True))
        low = min(point.accuracy - spread for point, spread in pairs)
        high = max(point.accuracy + spread for point, spread in pairs)
        air = max(0.12 * (high - low), 0.004)
        return 100 * (low - air), 100 * (high + air)

    @property
    def is_broken(self) -> bool:
        """Whether the candidates' costs are so alike that the baseline needs its own axis."""
        low, high = self.candidate_range
        return bool(self.baseline and self.candidates) and low - 1.0 > _STRETCH * (high - low)


def pareto_info(
    summary: pd.DataFrame,
    cost: Cost = "macs",
    network: Whose = "proxy",
    named: str | None = None,
) -> ParetoInfo:
    """Points and Pareto front of a `trials_table.summary`, of networks with a complete trial.

    `network` says whose cost is meant: accuracy is the proxy's, so its cost is the default.
    `named` is the `names` of the network that the answer names, where it is one of these. Raises
    StudyError without a baseline, for costs are given as multiples of its own.
    """
    column = cost if network == "full" else f"proxy_{cost}"
    baseline = summary.loc[summary["role"] == "baseline", column]
    if baseline.empty:
        raise StudyError(
            "The trials hold no row whose `role` is baseline, and costs are drawn as multiples of "
            "its own. Run the same `scalesearch grid` command again to train it."
        )
    rows = summary[summary["top1_mean"].notna()].sort_values([column, "cell"]).to_dict("records")
    values = [(row[column], row["top1_mean"]) for row in rows]
    points = tuple(
        _point(row, row[column], float(baseline.iloc[0]), _undominated(values, at), named)
        for at, row in enumerate(rows)
    )
    return ParetoInfo(cost, network, float(baseline.iloc[0]), points)


def staircase(info: ParetoInfo) -> tuple[list[float], list[float]]:
    """The front as ratios and accuracies: each point holds until a dearer one is more accurate.

    The last point is repeated far to the right, beyond every axis.
    """
    ratios = [point.ratio for point in info.front]
    accuracies = [point.accuracy for point in info.front]
    far = 2 * max(info.candidate_range[1], *ratios[-1:], 1.0)
    return [*ratios, far], [*accuracies, *accuracies[-1:]]


def _undominated(values: list[tuple[float, float]], at: int) -> bool:
    """No other is as cheap and as accurate, and better in one of the two."""
    cost, top1 = values[at]
    return not any(
        other <= cost and accuracy >= top1 and (other < cost or accuracy > top1)
        for other, accuracy in values
    )


def _point(
    row: dict[Any, Any], cost: float, reference: float, on_front: bool, named: str | None
) -> Point:
    is_baseline = row["role"] == "baseline"
    names = row["names"].split("; ")
    return Point(
        label=row["names"],
        cost=cost,
        ratio=cost / reference,
        accuracy=row["top1_mean"],
        std=row["top1_std"],
        seeds=int(row["seeds"]),
        coefficients=_coefficients(row),
        shares=None if is_baseline else _shares(row),
        role=row["role"],
        corner=""
        if is_baseline
        else corner_of(names, [row[f"share_{what}"] for what in DIMENSIONS]),
        on_front=on_front,
        is_named=named is not None and row["names"] == named,
        is_paper=not is_baseline
        and (is_paper(names) or math.dist(_coefficients(row), PAPER) < 1e-4),
    )


def _coefficients(row: dict[Any, Any]) -> tuple[float, float, float]:
    return row["alpha"], row["beta"], row["gamma"]


def _shares(row: dict[Any, Any]) -> tuple[float, float, float] | None:
    depth, width, resolution = (row[f"proxy_share_{what}"] for what in DIMENSIONS)
    unknown = any(map(math.isnan, (depth, width, resolution)))
    return None if unknown else (depth, width, resolution)
