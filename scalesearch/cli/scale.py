"""`scalesearch scale`: spend a budget along found, published or given coefficients."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scalesearch.cli.options import Alpha, Baseline, Beta, Gamma, Json, finite, target
from scalesearch.cli.render import print_json, say
from scalesearch.cli.scaled import Asked, family_text, provenance, scaled_json, scaled_text
from scalesearch.config.network_files import read_network, was_scaled, write_network
from scalesearch.config.shipped_files import find_network
from scalesearch.core.budget import Figure, Target, at_target
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.quantities import short
from scalesearch.core.scaling import as_published, at_equal_cost, by_formula
from scalesearch.errors import ConfigError
from scalesearch.experiments.coefficient_sources import OFFICIAL, find_source, given_coefficients
from scalesearch.experiments.network_names import is_function

if TYPE_CHECKING:
    from scalesearch.core.explanation import Explanation

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
    if is_function(baseline):
        if official is not None:
            raise ConfigError("Option --official is a published table: it has no Python function.")
        from scalesearch.cli.built import find_built
        from scalesearch.cli.built_scale import scale_function, write_and_show

        built = find_built(baseline)
        source = find_source(
            built.name, given_coefficients(alpha, beta, gamma), study, strategy, results
        )
        found = scale_function(built, source, phis, equal_cost, budget)
        names = [one.network.name for _, one in found]
        write_and_show(built, found, _paths(names, out, Path(baseline)), source, json)
        return
    file = find_network(baseline)
    network = read_network(file)
    given = given_coefficients(alpha, beta, gamma)
    if official is not None:
        if given or study or strategy or equal_cost:
            raise ConfigError(
                "Option --official is the published table: leave --alpha, --beta, --gamma, "
                "--study, --strategy and --equal-cost out."
            )
        source = OFFICIAL
        networks = [as_published(network, official)]
    else:
        source = find_source(network.name, given, study, strategy, results)
        assert source.coefficients is not None
        label = source.strategy or ""
        if budget is not None:
            networks = [
                at_target(network, source.coefficients, budget, equal_cost=equal_cost, label=label)
            ]
        else:
            rule = at_equal_cost if equal_cost else by_formula
            networks = [rule(network, source.coefficients, each, label) for each in phis]
    explanation = _explanation(network, official) if official and explain else None
    paths = _paths([scaled.network.name for scaled in networks], out, file)
    asked = Asked(network, source, budget, explanation)
    for scaled, path in zip(networks, paths, strict=True):
        write_network(scaled.network, path, provenance(scaled, asked))
    if json:
        answers = [scaled_json(*pair, asked) for pair in zip(networks, paths, strict=True)]
        print_json(answers[0] if len(answers) == 1 and not family else {"networks": answers})
    elif len(networks) == 1:
        say(scaled_text(networks[0], paths[0], asked))
        if explanation:
            from scalesearch.cli.explained import explain_text

            say(f"\n{explain_text(explanation)}")
    else:
        say(family_text(networks, paths, asked))


def _explanation(network: TableNetwork, official: str) -> "Explanation":
    from scalesearch.core.explanation import explain  # not at the start of every other scaling

    return explain(network, official)


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


def _same(path: Path, baseline: Path) -> bool:
    return baseline.exists() and path.samefile(baseline)


def _paths(names: list[str], out: Path | None, baseline: Path) -> list[Path]:
    """Where each network goes; refuses to write over what `scale` did not write."""
    folder = out or FOLDER
    if out is not None and out.suffix.lower() in (".yaml", ".yml"):
        if len(names) > 1:
            raise ConfigError(
                f"Option --out must be a folder for {len(names)} networks. Got {out}."
            )
        paths = [out]
    else:
        paths = [folder / f"{name}.yaml" for name in names]
    for path in paths:
        if path.exists() and (_same(path, baseline) or not was_scaled(path)):
            raise ConfigError(
                f"{path} was not written by `scalesearch scale`, so it is left alone. "
                "Give another --out."
            )
    return paths
