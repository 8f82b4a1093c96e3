"""What was measured, as a surface is fitted to it: read from the rows of a study's table."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalesearch.core.candidates import mixture
from scalesearch.core.realisation import COST_TOLERANCE
from scalesearch.core.resolution import Resolution
from scalesearch.core.tasks import BASELINE, CANDIDATE, COMPLETE
from scalesearch.errors import StudyError

ONE_COST = math.log2((1 + COST_TOLERANCE) / (1 - COST_TOLERANCE))
"""Greatest difference of log2 costs up to which networks are of one budget, each being allowed to
lie 5 % above or below the target."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Trainings of networks that lie on a surface, and of a baseline that does not.

    `cells` names the networks; `mixtures` (networks, 3), `log_ratios` (networks,): log2 of the
    proxies' counted cost over its mean; `network` (trainings,) int, an index of those, or -1 for
    the baseline; `block` (trainings,) int, the seed; `top1` (trainings,) in points. Every network
    has at least one training.
    """

    cells: tuple[str, ...]
    mixtures: np.ndarray
    log_ratios: np.ndarray
    network: np.ndarray
    block: np.ndarray
    top1: np.ndarray

    @property
    def one_cost(self) -> bool:
        """Whether the networks are of one budget."""
        return bool(np.ptp(self.log_ratios) <= ONE_COST)

    @property
    def baseline(self) -> bool:
        """Whether there are trainings of the baseline."""
        return bool((self.network < 0).any())

    def trainings(self, network: int) -> int:
        return int((self.network == network).sum())


def observations(rows: Iterable[Row]) -> Observations:
    """The complete trainings among the rows of a study's table, whatever their order.

    Raises StudyError, which says what is missing, where they cannot support a surface.
    """
    rows = list(rows)
    complete = [r for r in rows if r["state"] == COMPLETE and r["role"] in (BASELINE, CANDIDATE)]
    networks = {r["cell"]: r for r in complete if r["role"] == CANDIDATE}
    if not networks:
        raise StudyError("No training of a candidate is complete, so there is no surface to fit.")
    reference = next((row for row in rows if row["role"] == BASELINE), None)
    if reference is None:
        raise StudyError(
            "The study's table has no row of the baseline, so the candidates' multipliers, by "
            "which a surface is fitted, are not known."
        )
    cells = tuple(sorted(networks))
    mixtures = np.array([_mixture(networks[cell], reference) for cell in cells])
    if len(np.unique(mixtures.round(6), axis=0)) < 2:
        raise StudyError(
            "All complete trainings of candidates are of one mixture of depth, width and "
            "resolution, so there is no surface to fit: at least two are needed."
        )
    ratios = np.array([_log_ratio(networks[cell]) for cell in cells])
    place = {cell: index for index, cell in enumerate(cells)}
    trained = sorted(
        (place[r["cell"]] if r["role"] == CANDIDATE else -1, int(r["seed"]), _points(r))
        for r in complete
    )
    network, block, top1 = zip(*trained, strict=True)
    return Observations(
        cells,
        mixtures,
        ratios - ratios.mean(),
        np.array(network),
        np.array(block),
        np.array(top1, float),
    )


def _mixture(row: Row, baseline: Row) -> tuple[float, float, float]:
    try:
        depth = _blocks(row["proxy_repeats"]) / _blocks(baseline["proxy_repeats"])
        width = round(float(row["proxy_width"]) / float(baseline["proxy_width"]), 6)
        pixels = _pixels(row["proxy_resolution"]) / _pixels(baseline["proxy_resolution"])
        _log_ratio(row)
        found = mixture(depth, width, pixels)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        raise StudyError(
            f"The rows of {_named(row)} do not say the blocks, width, pixels and cost of the "
            "network that was trained, by which a surface is fitted."
        ) from None
    if found is None:
        raise StudyError(
            f"The network trained for {_named(row)} is no larger than the baseline's, so it has no "
            "place on a surface."
        )
    return found


def _log_ratio(row: Row) -> float:
    """As a table that was read back has it, so that it leads to the same figures."""
    return math.log2(round(float(row["proxy_counted_ratio"]), 4))


def _points(row: Row) -> float:
    return round(100 * float(row["val_top1"]), 4)


def _named(row: Row) -> str:
    return f"candidate {row.get('names') or row['cell']}"


def _blocks(repeats: object) -> float:
    """Blocks in all, from "[1, 2, 2]"; of a Python function the multiplier, from "x1.41"."""
    text = str(repeats)
    if text.startswith("x"):
        return float(text[1:])
    return float(sum(map(int, re.findall("[0-9]+", text))))


def _pixels(resolution: str | float) -> int:
    """Pixels of the longer side, from "24x17" or from a square's side."""
    if isinstance(resolution, str):
        return Resolution.parse(resolution).longer
    return Resolution.of(int(resolution)).longer
