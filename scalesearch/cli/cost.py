"""`scalesearch cost`: exact MACs, parameters and activations of a network."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from scalesearch.cli.latency_text import measured_lines
from scalesearch.cli.network_text import model_text, network_text
from scalesearch.cli.options import Json, MeasuredBatch, measured_batch, pixels, positive
from scalesearch.cli.render import facts, note, print_json, say
from scalesearch.cli.units import FLOPS, Unit, UnitName, unit_name
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network
from scalesearch.core.plain_text import short
from scalesearch.core.quantities import ratio
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError, ScaleSearchError
from scalesearch.experiments.compound_scaling import published
from scalesearch.experiments.counts import at_sizes
from scalesearch.experiments.measurements import measure_spec
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.network_names import load, meaning_of

SCALAR = "scalar"
"""The --input-shape of an input that is one number."""
LARGEST_SIZE, MOST_AXES = 1_000_000, 8


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
    if meaning_of(baseline) == "keras":
        from scalesearch.experiments.model_counts import find_model, model_json

        _refuse_multipliers(depth=depth, width=width, official=official)
        shapes = _shapes(input_shape or ())
        answer = model_json(find_model(baseline, resolution, shapes))
        text = model_text(answer, unit.unit, layers)
        size = resolution and resolution.to_json()
        spec: dict[str, Any] = {"keras": baseline, "resolution": size, "shapes": shapes}
    else:
        if input_shape:
            raise ConfigError(
                "Option --input-shape needs a Keras model: a table and a Python function take "
                "images. Give the pixels a side by --resolution."
            )
        network = load(baseline, note)
        if official is None:
            by = Multipliers(depth or 1.0, width or 1.0)
            sized = at_sizes(network, by, resolution)
        else:
            if not depth is width is resolution is None:
                raise ConfigError(
                    "Option --official stands alone: leave --depth, --width and --resolution out."
                )
            scaled = published(network, official)
            by, sized = scaled.scaling.by, scaled.network
        answer, text = _counted(network, sized, by, unit.unit, layers)
        spec = {"network": sized.to_json()}
    if unit is UnitName.FLOPS:
        answer["flops"] = FLOPS.each * answer["macs"]
    if measured:
        answer["measured"] = measure_spec(spec, images)
        text += f"\n\n{facts(measured_lines(answer['measured']))}"
    if json:
        print_json(answer)
    else:
        say(text)


def _counted(
    baseline: Network, network: Network, by: Multipliers, unit: Unit, each_layer: bool
) -> tuple[dict[str, Any], str]:
    """The document and the text of a network beside its baseline."""
    kind = kind_of(network)
    answer = kind.document(network)
    if each_layer:
        answer["layers"] = kind.layers(network)
    times = network.cost.macs / baseline.cost.macs
    answer["baseline"] = baseline.name
    answer.setdefault("depth", by.depth)  # a function's network has its own
    answer.setdefault("width", by.width)
    answer["counted_ratio"] = times
    more = [] if network == baseline else [("cost", f"x {ratio(times)} against {baseline.name}")]
    return answer, network_text(answer, more, unit, each_layer)


def _refuse_multipliers(**given: object) -> None:
    """Raise ScaleSearchError for options that need a table or a Python function."""
    wrong = [f"--{name}" for name, value in given.items() if value is not None]
    if wrong:
        raise ScaleSearchError(
            f"Option {wrong[0]} needs a table or a Python function: a Keras model is as deep and "
            "wide as it is. Leave it out; --resolution is fine."
        )


def _shapes(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """What each --input-shape says, such as (16, 32) for "16x32". Raises ConfigError."""
    shapes = []
    for text in texts:
        parts = [] if text == SCALAR else text.lower().split("x")
        sizes = tuple(int(part) if re.fullmatch("[0-9]{1,7}", part) else 0 for part in parts)
        if not all(1 <= size <= LARGEST_SIZE for size in sizes) or len(sizes) > MOST_AXES:
            raise ConfigError(
                f"Option --input-shape must be whole numbers from 1 to {LARGEST_SIZE:,} joined by "
                f"x, without the batch, such as 16x32. Got {short(repr(text))}."
            )
        shapes.append(sizes)
    return shapes
