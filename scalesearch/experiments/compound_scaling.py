"""Scaling a baseline: to a phi, to a budget, or as it was published."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from scalesearch.core.budget import Figure, Target, at_target
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network
from scalesearch.core.official import ROWS
from scalesearch.core.scaling import as_published, at_equal_cost, by_formula
from scalesearch.errors import ConfigError
from scalesearch.experiments import arguments
from scalesearch.experiments.coefficient_sources import OFFICIAL, Source, strategy_source
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.network_names import network_of
from scalesearch.experiments.parameter_names import told_as
from scalesearch.experiments.scale_results import Scaled


class HasCoefficients(Protocol):
    """Anything that holds coefficients, such as the answer of a search."""

    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def gamma(self) -> float: ...


@told_as({"strategy": "coefficients", "official": "coefficients"})
def scale(
    baseline: Network | str | Path,
    coefficients: Coefficients | HasCoefficients | Sequence[float] | str,
    phi: float | None = None,
    *,
    equal_cost: bool = False,
    target_macs: int | None = None,
    target_params: int | None = None,
    target_acts: int | None = None,
) -> Scaled:
    """Scale a network to a budget: depth by alpha^phi, width by beta^phi, resolution by gamma^phi.

    Args:
        baseline: a network or its name (see `load`).
        coefficients: alpha, beta and gamma, as `Coefficients`, as three numbers, or as the answer
            of a study, which holds them; the name of a fixed split, such as "uniform" or "dWr"; or
            of a published EfficientNet, "b0" to "b7", which no phi gives exactly.
        phi: the budget: 2^phi times the baseline's cost, negative to shrink it.
        equal_cost: realise the budget by counted MACs at the coefficients' shares, in place of the
            formula's rounding.
        target_macs, target_params, target_acts: in place of phi, a count to solve it for.

    Raises ScaleSearchError where no network is so large or so small, and ConfigError unless there
    is just one budget.
    """
    network = network_of(baseline, "baseline")
    counts: dict[Figure, int | None] = {
        "macs": target_macs, "params": target_params, "acts": target_acts,
    }  # fmt: skip
    targets = [
        Target(figure, arguments.whole(f"target_{figure}", count))
        for figure, count in counts.items()
        if count is not None
    ]
    if isinstance(coefficients, str) and coefficients.lower() in ROWS:
        if targets or equal_cost or phi is not None:
            raise ConfigError(
                f"{coefficients} is a published network: it takes no `phi`, target or `equal_cost`."
            )
        return published(network, coefficients)
    if len(targets) + (phi is not None) != 1:
        raise ConfigError(
            "Give one of `phi`, `target_macs`, `target_params` and `target_acts`: a network is "
            "scaled to one budget at a time."
        )
    source = _source(coefficients)
    if phi is None:
        return at_budget(network, source, targets[0], equal_cost)
    return at_phi(network, source, arguments.number("phi", phi), equal_cost)


def _source(coefficients: Coefficients | HasCoefficients | Sequence[float] | str) -> Source:
    if isinstance(coefficients, str):
        return strategy_source(coefficients)
    values = arguments.coefficients("coefficients", coefficients)
    study = getattr(coefficients, "study", None)
    kind = "study" if study else "options"
    return Source(kind, f"study {study}" if study else "as given", values, study)


def at_phi(network: Network, source: Source, phi: float, equal_cost: bool) -> Scaled:
    """The network at `phi` along the source's coefficients. Raises ScaleSearchError."""
    assert source.coefficients is not None
    rule = at_equal_cost if equal_cost else by_formula
    return Scaled(network, rule(network, source.coefficients, phi, source.strategy or ""), source)


def at_budget(network: Network, source: Source, target: Target, equal_cost: bool) -> Scaled:
    """The network nearest to the target along these coefficients. Raises ScaleSearchError."""
    assert source.coefficients is not None
    found = at_target(
        network, source.coefficients, target, equal_cost=equal_cost, label=source.strategy or ""
    )
    return Scaled(network, found, source, target)


def published(network: Network, name: str, explained: bool = False) -> Scaled:
    """EfficientNet-B0 to B7. Raises ScaleSearchError for another baseline or name."""
    table = published_baseline(network)
    explanation = None
    if explained:
        from scalesearch.core.explanation import explain  # not at the start of every other scaling

        explanation = explain(table, name)
    return Scaled(network, as_published(table, name), OFFICIAL, None, explanation)


def published_baseline(network: Network) -> TableNetwork:
    """The table whose scaled forms are published. Raises ConfigError for a function's network."""
    return kind_of(network).published(network)
