"""`scalesearch cost`: exact MACs, parameters and activations of a network."""

from typing import Annotated, Any

import typer

from scalesearch.cli.keras_cost import layer_table
from scalesearch.cli.names import is_function, kind_of
from scalesearch.cli.options import Json, MeasuredBatch, measured_batch, pixels, positive
from scalesearch.cli.render import facts, print_json, quantity, ratio, say
from scalesearch.cli.stages import layers_json, network_json, stage_table
from scalesearch.cli.units import FLOPS, Unit, UnitName, unit_name
from scalesearch.config.shipped_files import load_network
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.official import official as official_network
from scalesearch.core.official import official_row
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError


def cost(
    baseline: Annotated[
        str,
        typer.Argument(
            metavar="NETWORK",
            help="A shipped name, a name under ./configs, a YAML file, a Python function "
            "package.module:build, a saved Keras model, or keras:NAME of keras.applications.",
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
    batch: MeasuredBatch = None,
    input_shape: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SIZES",
            show_default=False,
            help="Sizes of a Keras model's input without the batch, such as 16x32; once for each "
            "input, in the model's order.",
        ),
    ] = None,
    layers: Annotated[
        bool, typer.Option("--layers", help="One row a layer in place of the summary.")
    ] = False,
    unit: Annotated[
        UnitName,
        typer.Option(
            parser=unit_name,
            metavar="macs|flops",
            help="Show multiply-accumulates, or FLOPs: 2 a MAC.",
        ),
    ] = UnitName.MACS,
    json: Json = False,
) -> None:
    """Count MACs, parameters and activations exactly.

    For one image. MACs are multiply-accumulates (the papers' "FLOPS"; FLOPs proper are twice as
    many). Depth and width are rounded by the baseline's own rule.
    """
    images = measured_batch(batch, measured)
    kind = kind_of(baseline)
    if kind == "keras":
        from scalesearch.cli.keras_cost import counted, load, refuse_multipliers, shapes_of
        from scalesearch.cli.keras_cost import text as keras_text

        refuse_multipliers(depth=depth, width=width, official=official)
        shapes = shapes_of(input_shape or ())
        answer = counted(baseline, load(baseline, resolution, shapes))
        size = resolution and resolution.to_json()
        spec: dict[str, Any] = {"keras": baseline, "resolution": size, "shapes": shapes}
        told = keras_text(answer, unit.unit, layers)
        _show(answer, told, _measured(spec, images) if measured else None, unit, json)
        return
    if input_shape:
        raise ConfigError(
            "Option --input-shape needs a Keras model: a table and a Python function take images. "
            "Give the pixels a side by --resolution."
        )
    if is_function(baseline):
        from scalesearch.cli.built import built_text, find_built
        from scalesearch.cli.built_cost import cost_of

        if official is not None:
            raise ConfigError("Option --official needs a table: a Python function has no such row.")
        function = find_built(baseline)
        answer, own, more = cost_of(function, depth, width, resolution)
        told = built_text(answer, more, unit.unit, layers)
        _show(answer, told, _measured({"function": own}, images) if measured else None, unit, json)
        return
    network = load_network(baseline)
    if official is None:
        by = Multipliers(depth or 1.0, width or 1.0)
        network.check(by, "with these multipliers")
        scaled = network.at(by.depth, by.width).resized(resolution or network.resolution)
    else:
        if not depth is width is resolution is None:
            raise ConfigError(
                "Option --official stands alone: leave --depth, --width and --resolution out."
            )
        _, row = official_row(network, official)
        by = Multipliers(row.depth, row.width, row.resolution.over(network.resolution))
        scaled = official_network(network, official)
    times = _measured({"table": scaled.to_json()}, images) if measured else None
    answer = _json(network, scaled, by, layers)
    _show(answer, _text(network, scaled, by, unit.unit, layers), times, unit, json)


def _measured(spec: dict[str, Any], batch: int) -> dict[str, Any]:
    from scalesearch.cli.measure import measure

    return measure(spec, batch)


def _show(
    answer: dict[str, Any], text: str, measured: dict[str, Any] | None, unit: UnitName, json: bool
) -> None:
    if unit is UnitName.FLOPS:
        answer = {**answer, "flops": FLOPS.each * answer["macs"]}
    if json:
        print_json(answer if measured is None else {**answer, "measured": measured})
    elif measured is None:
        say(text)
    else:
        from scalesearch.cli.measure import measured_lines

        say(f"{text}\n\n{facts(measured_lines(measured))}")


def _json(
    baseline: TableNetwork, network: TableNetwork, by: Multipliers, layers: bool
) -> dict[str, Any]:
    return {
        **network_json(network),
        **({"layers": layers_json(network)} if layers else {}),
        "baseline": baseline.name,
        "depth": by.depth,
        "width": by.width,
        "counted_ratio": network.cost.macs / baseline.cost.macs,
    }


def _text(
    baseline: TableNetwork, network: TableNetwork, by: Multipliers, unit: Unit, each_layer: bool
) -> str:
    counted = network.cost
    times = counted.macs / baseline.cost.macs
    lines = [
        ("resolution", f"{network.resolution} px"),
        ("depth", f"x {ratio(by.depth)}  {sum(network.repeats)} blocks"),
        ("width", f"x {ratio(by.width)}"),
        unit.fact(counted.macs),
        ("parameters", f"{quantity(counted.params, 'M')}  ({counted.params:,})"),
        ("activations", f"{quantity(counted.acts, 'M')}  ({counted.acts:,})"),
    ]
    if network != baseline:
        lines.append(("cost", f"x {ratio(times)} against {baseline.name}"))
    rows = layer_table(layers_json(network), unit) if each_layer else stage_table(network, unit)
    return f"{network.name}\n\n{rows}\n\n{facts(lines)}"
