"""A network scaled to a budget: by the formula, at equal cost, or as published."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from scalesearch.core.candidates import from_shares, shares_of
from scalesearch.core.cost import Cost
from scalesearch.core.limits import reachable
from scalesearch.core.multipliers import Coefficients, Multipliers, dropout_at, renamed
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Realised
from scalesearch.core.official import official, official_row
from scalesearch.core.table_budget import describe
from scalesearch.errors import ScaleSearchError


@dataclass(frozen=True, slots=True)
class Scaled:
    """What was asked and what came of it. The published networks have no phi and no coefficients.

    `by` is the formula's or the published multipliers; at equal cost those realised, as the
    formula's are only where the search for the nearest network starts.
    """

    realised: Realised
    by: Multipliers
    phi: float | None = None
    coefficients: Coefficients | None = None

    @property
    def network(self) -> TableNetwork:
        assert isinstance(self.realised.network, TableNetwork)  # tables alone are shown by stages
        return self.realised.network

    @property
    def nominal(self) -> float:
        """What the formula expects of the cost: depth * width^2 * resolution^2."""
        if self.coefficients is not None and self.phi is not None:
            return self.coefficients.nominal**self.phi
        return self.by.depth * self.by.width**2 * self.by.resolution**2


def by_formula(
    baseline: TableNetwork, coefficients: Coefficients, phi: float, label: str = ""
) -> Scaled:
    """Equation 3 of the paper with the baseline's own rounding, whatever it costs.

    `label` goes into the network's name. Raises ScaleSearchError where phi asks for less than one
    block, channel or pixel, or for more than can be counted.
    """
    by = reachable(baseline, coefficients, phi)
    network = renamed(
        baseline.at(by.depth, by.width, by.resolution),
        scaled_name(baseline, phi, label),
        dropout_at(phi, baseline.dropout),
    )
    realised = describe(baseline, network, by.width)
    return Scaled(realised, by, phi, coefficients)


def at_equal_cost(
    baseline: TableNetwork,
    coefficients: Coefficients,
    phi: float,
    label: str = "",
    miss: Callable[[Cost], float] | None = None,
) -> Scaled:
    """The network of 2^phi times the baseline's counted MACs near to the coefficients' shares.

    Of those nearly as near as any (see `TableBudget.nearest`) the one that costs nearest to 2^phi
    times, or whose cost `miss` puts nearest to 0: a phi and the MACs it stands for are one network.
    Raises ScaleSearchError as `by_formula` does, and where no such network exists.
    """
    if phi == 0:
        return by_formula(baseline, coefficients, phi, label)
    shares = shares_of(coefficients)
    reachable(baseline, from_shares(shares), phi)
    wanted = 2.0**phi * baseline.cost.macs
    realised = baseline.budget(2.0**phi).nearest(
        shares, miss or (lambda counted: counted.macs / wanted - 1)
    )
    if realised.refused:
        raise ScaleSearchError(
            f"{baseline.name} cannot be realised at equal cost for phi {phi:g}: "
            f"{realised.refused}. Give another phi, or leave --equal-cost out."
        )
    assert isinstance(realised.network, TableNetwork)
    network = renamed(
        replace(realised.network, rounding=baseline.rounding),
        f"{scaled_name(baseline, phi, label)}_{'target' if miss else 'equal_cost'}",
        dropout_at(phi, baseline.dropout),
    )
    by = Multipliers(realised.depth, realised.width, realised.resolution)
    return Scaled(replace(realised, network=network), by, phi, coefficients)


def formula_below(baseline: TableNetwork, scaled: Scaled) -> Scaled | None:
    """The formula's own network where phi is negative, with its rounding; None elsewhere.

    It costs more than the formula says, since depth rounds up and widths never fall under 90 %: the
    saving undershoots by `realised.ratio - nominal` of the baseline's cost.
    """
    if scaled.phi is None or scaled.phi >= 0 or scaled.coefficients is None:
        return None
    return by_formula(baseline, scaled.coefficients, scaled.phi)


def as_published(baseline: TableNetwork, name: str) -> Scaled:
    """EfficientNet-B0 to B7. Raises ScaleSearchError as `official` does."""
    _, row = official_row(baseline, name)
    realised = describe(baseline, official(baseline, name), row.width)
    by = Multipliers(row.depth, row.width, row.resolution.over(baseline.resolution))
    return Scaled(realised, by)


def scaled_name(baseline: TableNetwork, phi: float, label: str = "") -> str:
    """Such as "efficientnet_b0_phi3", "efficientnet_b0_phi-0.5" or "efficientnet_b0_dWr_phi3"."""
    return name_at(baseline.name, phi, label)


def name_at(baseline: str, phi: float, label: str = "") -> str:
    """The name of what is scaled from the network of that name."""
    middle = f"_{label}" if label else ""
    return f"{baseline[:55]}{middle}_phi{phi:.12g}".replace("+", "")
