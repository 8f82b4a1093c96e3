"""`scalesearch scale`: spend a budget along found, published or given coefficients."""

from pathlib import Path
from typing import Annotated

import typer

from scalesearch.cli.names import is_function
from scalesearch.cli.options import Alpha, Baseline, Beta, Gamma, Json, finite
from scalesearch.cli.render import print_json, say
from scalesearch.cli.scaled import family_text, provenance, scaled_json, scaled_text
from scalesearch.cli.sources import OFFICIAL, find_source, given_coefficients
from scalesearch.config.networks import read_network, was_scaled, write_network
from scalesearch.config.shipped import find_network
from scalesearch.core.scaled import as_published, at_equal_cost, by_formula
from scalesearch.errors import ConfigError

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
    baseline: Baseline = "efficientnet_b0",
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
    """
    phis = _phis(phi, family, official)
    if is_function(baseline):
        if official is not None:
            raise ConfigError("Option --official is a published table: it has no Python function.")
        from scalesearch.cli.built import find_built
        from scalesearch.cli.built_scale import scale_function, write_and_show

        built = find_built(baseline)
        source = find_source(built.name, given_coefficients(alpha, beta, gamma), study, results)
        found = scale_function(built, source, phis, equal_cost)
        names = [one.network.name for _, one in found]
        write_and_show(built, found, _paths(names, out, Path(baseline)), source, json)
        return
    file = find_network(baseline)
    network = read_network(file)
    given = given_coefficients(alpha, beta, gamma)
    if official is not None:
        if given or study or equal_cost:
            raise ConfigError(
                "Option --official is the published table: leave --alpha, --beta, --gamma, --study "
                "and --equal-cost out."
            )
        source = OFFICIAL
        networks = [as_published(network, official)]
    else:
        source = find_source(network.name, given, study, results)
        assert source.coefficients is not None
        rule = at_equal_cost if equal_cost else by_formula
        networks = [rule(network, source.coefficients, each) for each in phis]
    paths = _paths([scaled.network.name for scaled in networks], out, file)
    for scaled, path in zip(networks, paths, strict=True):
        write_network(scaled.network, path, provenance(network, scaled, source))
    if json:
        answers = [
            scaled_json(*pair, network, source) for pair in zip(networks, paths, strict=True)
        ]
        print_json(answers[0] if len(answers) == 1 and not family else {"networks": answers})
    elif len(networks) == 1:
        say(scaled_text(networks[0], paths[0], network, source))
    else:
        say(family_text(networks, paths, source))


def _phis(phi: list[float] | None, family: bool, official: str | None) -> tuple[float, ...]:
    if sum((bool(phi), family, official is not None)) != 1:
        raise ConfigError("Give one of --phi, --family and --official.")
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
