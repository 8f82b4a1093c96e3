"""`scalesearch scale`: spend a budget along found, published or given coefficients."""

from pathlib import Path
from typing import Annotated

import typer

from scalesearch.cli.options import Alpha, Baseline, Beta, Gamma, Json, finite, target
from scalesearch.cli.render import note, print_json, say
from scalesearch.cli.scaled_text import scaled_text
from scalesearch.config.shipped_files import find_network
from scalesearch.core.budget import Figure, Target
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.quantities import short
from scalesearch.errors import ConfigError
from scalesearch.experiments.coefficient_sources import find_source
from scalesearch.experiments.compound_scaling import (
    at_budget,
    at_phi,
    published,
    published_baseline,
)
from scalesearch.experiments.network_names import load, meaning_of
from scalesearch.experiments.scale_results import refuse_foreign

FAMILY = tuple(float(phi) for phi in range(1, 8))
FOLDER = Path("configs/scaled")


def scale(
    phi: Annotated[
        list[float] | None,
        typer.Option(
            "--phi",
            parser=finite,
            metavar="NUMBER",
            show_default=False,
            help="Budget: 2^phi times the baseline's cost. May be fractional or negative, and "
            "given several times.",
        ),
    ] = None,
    family: Annotated[bool, typer.Option("--family", help="Seven networks, phi 1 to 7.")] = False,
    official: Annotated[
        str | None,
        typer.Option(
            metavar="b0..b7",
            show_default=False,
            help="The published EfficientNet of that name, which no phi gives exactly.",
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="With --official: the phi that each published multiplier implies."
        ),
    ] = False,
    target_macs: Annotated[list[int] | None, target("macs", "multiply-accumulates")] = None,
    target_params: Annotated[list[int] | None, target("params", "parameters")] = None,
    target_acts: Annotated[list[int] | None, target("acts", "activations")] = None,
    baseline: Baseline = "efficientnet_b0",
    strategy: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="A fixed split: depth, width, resolution, uniform (equal shares of the budget) or "
            "dWr (shares 1 : 8 : 1).",
        ),
    ] = None,
    alpha: Alpha = None,
    beta: Beta = None,
    gamma: Gamma = None,
    study: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Study whose coefficients to use.  [default: the newest of the baseline]",
            show_default=False,
        ),
    ] = None,
    results: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where studies are looked for.")
    ] = Path("results"),
    equal_cost: Annotated[
        bool,
        typer.Option(
            "--equal-cost",
            help="Realise the budget by counted MACs, at the coefficients' shares, instead of the "
            "formula's rounding.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE|FOLDER",
            show_default=False,
            help="YAML file (for one network) or folder.  [default: configs/scaled]",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Scale a network to a budget.

    The scaled network is written as a YAML table, which is itself a baseline again. Depth is
    multiplied by alpha^phi, width by beta^phi, resolution by gamma^phi. Coefficients are those of
    the newest study of the baseline under --results, else the paper's (1.2, 1.1, 1.15).

    Blocks, channels and pixels are whole numbers, so a network's counts climb in steps: a target is
    met by the nearest step, and the miss is told. With --equal-cost it is small.
    """
    budget = _budget({"macs": target_macs, "params": target_params, "acts": target_acts})
    phis = _phis(phi, family, official, budget)
    if explain and official is None:
        raise ConfigError(
            "Option --explain belongs to --official, such as --official b3 --explain."
        )
    network = load(baseline, note)
    given = given_coefficients(alpha, beta, gamma)
    if official is not None:
        published_baseline(network)
        if given or study or strategy or equal_cost:
            raise ConfigError(
                "Option --official is the published table: leave --alpha, --beta, --gamma, "
                "--study, --strategy and --equal-cost out."
            )
        scaled = [published(network, official, explain)]
    else:
        source = find_source(network.name, given, study, strategy, results)
        if budget is not None:
            scaled = [at_budget(network, source, budget, equal_cost)]
        else:
            scaled = [at_phi(network, source, each, equal_cost) for each in phis]
    paths = _paths([each.network.name for each in scaled], out)
    for path in paths:
        refuse_foreign(path, _file(baseline))
    for each, path in zip(scaled, paths, strict=True):
        each.write(path)
    if json:
        answers = [
            {**each.to_json(), "path": str(path)} for each, path in zip(scaled, paths, strict=True)
        ]
        print_json(answers[0] if len(answers) == 1 and not family else {"networks": answers})
    else:
        say(scaled_text(scaled, paths))


def _file(baseline: str) -> Path:
    """The file of the baseline; of a function, which has none, a path that is not there."""
    return Path(baseline) if meaning_of(baseline) == "function" else find_network(baseline)


def _budget(given: dict[Figure, list[int] | None]) -> Target | None:
    """The one target that was given, if any."""
    targets = [Target(figure, count) for figure, counts in given.items() for count in counts or ()]
    if len(targets) > 1:
        listed = ", ".join(f"--target-{each.figure} {short(each.count)}" for each in targets)
        raise ConfigError(
            f"Give one target: a network is scaled to one budget at a time. Got {listed}."
        )
    return targets[0] if targets else None


def _phis(
    phi: list[float] | None, family: bool, official: str | None, budget: Target | None
) -> tuple[float, ...]:
    given = {
        "--phi": bool(phi),
        "--family": family,
        "--official": official is not None,
        f"--target-{budget.figure if budget else 'macs'}": budget is not None,
    }
    names = [name for name, is_given in given.items() if is_given]
    if len(names) != 1:
        raise ConfigError(
            "Give one of --phi, --family, --official and --target-macs, --target-params or "
            f"--target-acts. Got {' and '.join(names) or 'none of them'}."
        )
    return FAMILY if family else tuple(dict.fromkeys(phi or ()))


def given_coefficients(
    alpha: float | None, beta: float | None, gamma: float | None
) -> Coefficients | None:
    given = {"--alpha": alpha, "--beta": beta, "--gamma": gamma}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == 3:
        return None
    if alpha is None or beta is None or gamma is None:
        raise ConfigError(
            f"Options --alpha, --beta and --gamma go together. Missing: {', '.join(missing)}."
        )
    return Coefficients(alpha, beta, gamma)


def _paths(names: list[str], out: Path | None) -> list[Path]:
    """Where each network goes."""
    if out is not None and out.suffix.lower() in (".yaml", ".yml"):
        if len(names) > 1:
            raise ConfigError(
                f"Option --out must be a folder for {len(names)} networks. Got {out}."
            )
        return [out]
    return [(out or FOLDER) / f"{name}.yaml" for name in names]
