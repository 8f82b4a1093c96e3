"""`scalesearch build`: the Keras model of a network, saved."""

from pathlib import Path
from typing import Annotated

import typer

from scalesearch.cli.options import Json, seed_number
from scalesearch.cli.render import facts, note, print_json, say
from scalesearch.errors import ConfigError
from scalesearch.experiments.model_builds import check_out, save
from scalesearch.experiments.network_names import load, meaning_of


def build(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A network's YAML file, its name under ./configs, or a Python function "
            "package.module:build.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE.keras", help="Where to save the Keras model."),
    ],
    seed: Annotated[
        int, typer.Option(parser=seed_number, metavar="NUMBER", help="Seed of the weights.")
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    json: Json = False,
) -> None:
    """Build the Keras model of a network.

    It is saved with fresh weights. The model takes (batch, height, width, channels)
    float32 and gives (batch, classes) logits. TensorFlow is loaded for this, which takes some
    seconds.
    """
    if meaning_of(file) == "keras":
        raise ConfigError(
            f"Argument FILE must be a table or a Python function (package.module:build). {file} is "
            f"a Keras model already. It can be counted: `scalesearch cost {file}`."
        )
    check_out(out, force)
    network = load(file, note)
    saved = save(network, out, seed)
    if json:
        answer = {"name": network.name, "params": saved.params, "params_built": saved.params}
        print_json({**answer, "params_with_statistics": saved.weights, "path": str(out)})
        return
    size = network.resolution
    lines = [
        ("input", f"(batch, {size.height}, {size.width}, {network.input_channels}) float32"),
        ("output", f"(batch, {network.classes}) logits"),
        ("parameters", f"{saved.params:,} built, {saved.params:,} counted"),
        ("with moving statistics", f"{saved.weights:,}"),
        ("written", str(out)),
    ]
    say(f"{network.name}\n\n{facts(lines)}")
