"""`scalesearch scale` for a network that a Python function builds."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from scalesearch.cli.built import built_json, built_text
from scalesearch.cli.render import print_json, ratio, say
from scalesearch.cli.sources import Source
from scalesearch.config.function_files import write_built
from scalesearch.core.budget import Target
from scalesearch.core.candidates import shares_of
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.limits import reachable
from scalesearch.core.networks import Realised
from scalesearch.core.scaling import name_at
from scalesearch.errors import ScaleSearchError


def scale_function(
    baseline: FunctionNetwork,
    source: Source,
    phis: tuple[float, ...],
    equal_cost: bool,
    target: Target | None,
) -> list[tuple[float, Realised]]:
    """The network of each phi, or the one of so many MACs. Raises ScaleSearchError."""
    if target is not None:
        if target.figure != "macs":
            raise ScaleSearchError(
                f"Option --target-{target.figure} needs a table. {baseline.builder} can be scaled "
                "to --target-macs."
            )
        phis = (round(math.log2(target.count / baseline.cost.macs), 4),)
        equal_cost = True  # each look at the formula's networks would build one
    return [(phi, _scaled(baseline, source, phi, equal_cost)) for phi in phis]


def _scaled(baseline: FunctionNetwork, source: Source, phi: float, equal_cost: bool) -> Realised:
    """The function's network at `phi`: by the formula, or at 2^phi times the counted cost.

    Raises ScaleSearchError where there is none.
    """
    coefficients = source.coefficients
    assert coefficients is not None
    by = reachable(baseline, coefficients, phi)
    suffix = ""
    if equal_cost and phi != 0:
        found = baseline.budget(2.0**phi).realise(shares_of(coefficients))
        suffix = "_equal_cost"
        if found.refused:
            raise ScaleSearchError(
                f"{baseline.builder} cannot be realised at equal cost for phi {phi:g}: "
                f"{found.refused}. Give another phi, or leave --equal-cost out."
            )
    else:
        found = baseline.realise(by)
    name = f"{name_at(baseline.name, phi, source.strategy or '')}{suffix}"
    return replace(found, network=found.network.named(name))


def write_and_show(
    baseline: FunctionNetwork,
    networks: list[tuple[float, Realised]],
    paths: list[Path],
    source: Source,
    json: bool,
) -> None:
    """Write one YAML a network and print one document or one text for all."""
    answers, texts = [], []
    for (phi, found), path in zip(networks, paths, strict=True):
        network, c = found.network, source.coefficients
        assert isinstance(network, FunctionNetwork)
        assert c is not None
        asked = {"phi": phi, "alpha": c.alpha, "beta": c.beta, "gamma": c.gamma}
        nominal = c.nominal**phi
        write_built(
            network,
            path,
            {
                "baseline": baseline.name,
                "coefficients": source.study or source.kind,
                **asked,
                "nominal_ratio": round(nominal, 10),
                "counted_ratio": round(found.ratio, 10),
                **found.cost._asdict(),
            },
        )
        answers.append({**asked, **built_json(network), **_ratios(found, nominal)})
        answers[-1] |= {"baseline": baseline.name, "source": source.kind, "study": source.study}
        answers[-1]["path"] = str(path)
        more = [
            ("coefficients", f"{c.alpha:.4g}, {c.beta:.4g}, {c.gamma:.4g}: {source.words}"),
            ("cost", f"x {ratio(found.ratio)} as counted, x {ratio(nominal)} by the formula"),
            ("written", str(path)),
        ]
        texts.append(built_text(built_json(network), more))
    if json:
        print_json(answers[0] if len(answers) == 1 else {"networks": answers})
    else:
        say("\n\n".join(texts))


def _ratios(found: Realised, nominal: float) -> dict[str, Any]:
    shares = found.shares
    return {
        "nominal_ratio": nominal,
        "counted_ratio": found.ratio,
        "realised_shares": shares
        and {"depth": shares.depth, "width": shares.width, "resolution": shares.resolution},
    }
