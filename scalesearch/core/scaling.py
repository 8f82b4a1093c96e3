"""A network scaled to a budget: by the formula, at equal cost, or as published."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from scalesearch.core.candidates import from_shares, shares_of
from scalesearch.core.cost import Cost
from scalesearch.core.limits import reachable
from scalesearch.core.multipliers import Coefficients, Multipliers
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network, Realised
from scalesearch.core.official import official, official_row
from scalesearch.core.table_budget import describe
from scalesearch.errors import ScaleSearchError, parameter


@dataclass(frozen=True, slots=True)
class Scaling:
    """What was asked and what came of it. The published networks have no phi and no coefficients.

    `by` is the formula's or the published multipliers; at equal cost those realised, as the
    formula's are only where the search for the nearest network starts.
    """

    realised: Realised
    by: Multipliers
    phi: float | None = None
    coefficients: Coefficients | None = None

    @property
    def network(self) -> Network:
        return self.realised.network

    @property
    def nominal(self) -> float:
        """What the formula expects of the cost: depth * width^2 * resolution^2."""
        if self.coefficients is not None and self.phi is not None:
            return self.coefficients.nominal**self.phi
        return self.by.depth * self.by.width**2 * self.by.resolution**2


def by_formula(
    baseline: Network, coefficients: Coefficients, phi: float, label: str = ""
) -> Scaling:
    """Equation 3 of the paper with the baseline's own rounding, whatever it costs.

    `label` goes into the network's name. Raises ScaleSearchError where phi asks for less than one
    block, channel or pixel, or for more than can be counted.
    """
    by = reachable(baseline, coefficients, phi)
    found = baseline.realise(by)
    network = found.network.named(scaled_name(baseline, phi, label), phi)
    return Scaling(replace(found, network=network), by, phi, coefficients)


def at_equal_cost(
    baseline: Network,
    coefficients: Coefficients,
    phi: float,
    label: str = "",
    miss: Callable[[Cost], float] | None = None,
) -> Scaling:
    """The network of 2^phi times the baseline's counted MACs near to the coefficients' shares.

    Of a table's nearly as near as any (see `TableBudget.nearest`) the one that costs nearest to
    2^phi times, or whose cost `miss` puts nearest to 0: a phi and the MACs it stands for are one
    network. Raises ScaleSearchError as `by_formula` does, and where no such network exists.
    """
    if phi == 0:
        return by_formula(baseline, coefficients, phi, label)
    shares = shares_of(coefficients)
    reachable(baseline, from_shares(shares), phi)
    wanted = 2.0**phi * baseline.cost.macs
    found = baseline.budget(2.0**phi).nearest(
        shares, miss or (lambda counted: counted.macs / wanted - 1)
    )
    if found.refused:
        raise ScaleSearchError(
            f"{baseline.title} cannot be realised at equal cost for phi {phi:g}: {found.refused}.",
            field="phi",
            remedy=f"Give another phi, or leave {parameter('equal_cost')} out.",
        )
    name = f"{scaled_name(baseline, phi, label)}_{'target' if miss else 'equal_cost'}"
    network = found.network.named(name, phi).rounded_like(baseline)  # it is a baseline again
    by = Multipliers(found.depth, found.width, found.resolution)
    return Scaling(replace(found, network=network), by, phi, coefficients)


def formula_below(baseline: Network, scaled: Scaling) -> Scaling | None:
    """The formula's own network where phi is negative, with a table's rounding; None elsewhere.

    It costs more than the formula says, since depth rounds up and widths never fall under 90 %: the
    saving undershoots by `realised.ratio - nominal` of the baseline's cost.
    """
    if scaled.phi is None or scaled.phi >= 0 or scaled.coefficients is None:
        return None
    if baseline.blocks is None:  # the function alone knows what it rounds
        return None
    return by_formula(baseline, scaled.coefficients, scaled.phi)


def as_published(baseline: TableNetwork, name: str) -> Scaling:
    """EfficientNet-B0 to B7. Raises ScaleSearchError as `official` does."""
    _, row = official_row(baseline, name)
    realised = describe(baseline, official(baseline, name), row.width)
    by = Multipliers(row.depth, row.width, row.resolution.over(baseline.resolution))
    return Scaling(realised, by)


def scaled_name(baseline: Network, phi: float, label: str = "") -> str:
    """Such as "efficientnet_b0_phi3", "efficientnet_b0_phi-0.5" or "efficientnet_b0_dWr_phi3"."""
    middle = f"_{label}" if label else ""
    return f"{baseline.name[:55]}{middle}_phi{phi:.12g}".replace("+", "")
