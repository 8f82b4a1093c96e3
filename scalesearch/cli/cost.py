"""`scalesearch cost`: exact MACs, parameters and activations of a network."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from scalesearch.cli.names import is_function, kind_of
from scalesearch.cli.options import Json, pixels, positive
from scalesearch.cli.render import facts, print_json, quantity, ratio, say
from scalesearch.cli.stages import network_json, stage_table
from scalesearch.config.shipped import load_network
from scalesearch.core.cost import cost as count
from scalesearch.core.limits import check
from scalesearch.core.network import Network
from scalesearch.core.official import official as official_network
from scalesearch.core.official import official_row
from scalesearch.core.resolution import Resolution
from scalesearch.core.scaling import Multipliers, scale
from scalesearch.errors import ConfigError


def cost(
    baseline: Annotated[
        str,
        typer.Argument(
            metavar="NETWORK",
            help="A shipped name, a name under ./configs, a YAML file, a Python function "
            "package.module:build, a .keras file, or keras:NAME of keras.applications.",
        ),
    ],
    depth: Annotated[
        float | None,
        typer.Option(
            parser=positive, metavar="NUMBER", show_default=False, help="Multiplier of depth."
        ),
    ] = None,
    width: Annotated[
        float | None,
        typer.Option(
            parser=positive, metavar="NUMBER", show_default=False, help="Multiplier of width."
        ),
    ] = None,
    resolution: Annotated[
        Resolution | None,
        typer.Option(
            parser=pixels,
            metavar="PIXELS|HEIGHTxWIDTH",
            show_default=False,
            help="Of the input: pixels a side, or such as 224x160, height first.  "
            "[default: the baseline's]",
        ),
    ] = None,
    official: Annotated[
        str | None,
        typer.Option(
            metavar="b0..b7", show_default=False, help="The published EfficientNet of that name."
        ),
    ] = None,
    measured: Annotated[
        bool,
        typer.Option(
            "--measure",
            help="Run it here too: latency, throughput and peak memory.",
        ),
    ] = False,
    batch: Annotated[
        int,
        typer.Option(min=1, metavar="IMAGES", help="Batch whose throughput --measure takes."),
    ] = 32,
    json: Json = False,
) -> None:
    """Count MACs, parameters and activations exactly.

    For one image. MACs are multiply-accumulates (the papers' "FLOPS"; FLOPs proper are twice as
    many). Depth and width are rounded by the baseline's own rule.
    """
    kind = kind_of(baseline)
    if kind == "keras":
        from scalesearch.cli.keras_cost import counted, load, refuse_multipliers
        from scalesearch.cli.keras_cost import text as keras_text

        refuse_multipliers(depth=depth, width=width, official=official)
        model = load(baseline, resolution)
        answer = counted(baseline, model)
        size = resolution and resolution.to_json()
        spec: dict[str, Any] = {"keras": baseline, "resolution": size}
        _show(answer, keras_text(answer), _measured(spec, batch) if measured else None, json)
        return
    if is_function(baseline):
        from scalesearch.cli.built import find_built
        from scalesearch.cli.built_cost import cost_of

        if official is not None:
            raise ConfigError("Option --official needs a table: a Python function has no such row.")
        function = find_built(baseline)
        answer, told, own = cost_of(function, depth, width, resolution)
        _show(answer, told, _measured({"function": own}, batch) if measured else None, json)
        return
    network = load_network(baseline)
    if official is None:
        by = Multipliers(depth or 1.0, width or 1.0)
        check(network, by, "with these multipliers")
        scaled = replace(scale(network, by), resolution=resolution or network.resolution)
    else:
        if not depth is width is resolution is None:
            raise ConfigError(
                "Option --official stands alone: leave --depth, --width and --resolution out."
            )
        _, row = official_row(network, official)
        by = Multipliers(row.depth, row.width, row.resolution.over(network.resolution))
        scaled = official_network(network, official)
    times = _measured({"table": scaled.to_json()}, batch) if measured else None
    _show(_json(network, scaled, by), _text(network, scaled, by), times, json)


def _measured(spec: dict[str, Any], batch: int) -> dict[str, Any]:
    from scalesearch.cli.measure import measure

    return measure(spec, batch)


def _show(answer: dict[str, Any], text: str, measured: dict[str, Any] | None, json: bool) -> None:
    if json:
        print_json(answer if measured is None else {**answer, "measured": measured})
    elif measured is None:
        say(text)
    else:
        from scalesearch.cli.measure import measured_lines

        say(f"{text}\n\n{facts(measured_lines(measured))}")


def _json(baseline: Network, network: Network, by: Multipliers) -> dict[str, Any]:
    return {
        **network_json(network),
        "baseline": baseline.name,
        "depth": by.depth,
        "width": by.width,
        "counted_ratio": count(network).macs / count(baseline).macs,
    }


def _text(baseline: Network, network: Network, by: Multipliers) -> str:
    counted = count(network)
    times = counted.macs / count(baseline).macs
    lines = [
        ("resolution", f"{network.resolution} px"),
        ("depth", f"x {ratio(by.depth)}  {sum(network.repeats)} blocks"),
        ("width", f"x {ratio(by.width)}"),
        ("MACs", f"{quantity(counted.macs, 'G')}  ({counted.macs:,})"),
        ("parameters", f"{quantity(counted.params, 'M')}  ({counted.params:,})"),
        ("activations", f"{quantity(counted.acts, 'M')}  ({counted.acts:,})"),
    ]
    if network != baseline:
        lines.append(("cost", f"x {ratio(times)} against {baseline.name}"))
    return f"{network.name}\n\n{stage_table(network)}\n\n{facts(lines)}"
