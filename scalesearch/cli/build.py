"""`scalesearch build`: the Keras model of a network, saved."""

import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any

import typer

from scalesearch.cli.baselines import find_baseline
from scalesearch.cli.names import kind_of
from scalesearch.cli.options import Json, seed_number
from scalesearch.cli.quiet import chatter_held_back
from scalesearch.cli.render import facts, print_json, say
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network
from scalesearch.errors import ConfigError, ScaleSearchError

SUFFIX = ".keras"


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
    if kind_of(file) == "keras":
        raise ConfigError(
            f"Argument FILE must be a table or a Python function (package.module:build). {file} is "
            f"a Keras model already. It can be counted: `scalesearch cost {file}`."
        )
    _check_out(out, force)
    network = find_baseline(file)
    counted = network.cost.params
    trainable, total = _build(network, out, seed)
    if trainable != counted:
        raise ScaleSearchError(
            f"The built model has {trainable:,} trainable parameters, the count says {counted:,}. "
            "This is a fault of scalesearch: please report it with the network."
        )
    if json:
        answer = {"name": network.name, "params": counted, "params_built": trainable}
        print_json({**answer, "params_with_statistics": total, "path": str(out)})
    else:
        say(_text(network, out, counted, trainable, total))


def _check_out(out: Path, force: bool) -> None:
    if out.suffix != SUFFIX:
        raise ConfigError(f"Option --out must end in {SUFFIX}. Got {out}.")
    if out.is_dir():
        raise ConfigError(f"Option --out must be a file. {out} is a folder.")
    if out.exists() and not force:
        raise ConfigError(f"{out} exists already. Give another --out, or --force to replace it.")
    if not out.parent.is_dir():
        raise ConfigError(f"Option --out must be in a folder that exists. Got {out}.")
    try:
        TemporaryFile(dir=out.parent).close()
    except OSError as error:
        why = error.strerror or error
        raise ConfigError(f"{out} cannot be written: {why}. Give another --out.") from error


def _build(network: Network, out: Path, seed: int) -> tuple[int, int]:
    """Save the model whole; its trainable parameters and, with moving statistics, all of them."""
    with chatter_held_back():
        import keras

        keras.utils.set_random_seed(seed)
        model = _model(network)
    temporary = out.with_name(f".{out.stem}.{os.getpid()}{SUFFIX}")
    try:
        model.save(temporary)
        with open(temporary, "rb+") as saved:
            os.fsync(saved.fileno())
        os.replace(temporary, out)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return _count(model.trainable_weights), _count(model.weights)


def _model(network: Network) -> Any:
    if isinstance(network, FunctionNetwork):
        from scalesearch.keras_models.functions.function_models import build_model

        return build_model(network)
    from scalesearch.keras_models.table_model import build as build_table

    assert isinstance(network, TableNetwork)
    return build_table(network)


def _count(weights: list[Any]) -> int:
    from math import prod

    return sum(prod(weight.shape) for weight in weights)


def _text(network: Network, out: Path, counted: int, trainable: int, total: int) -> str:
    size = network.resolution
    lines = [
        ("input", f"(batch, {size.height}, {size.width}, {network.input_channels}) float32"),
        ("output", f"(batch, {network.classes}) logits"),
        ("parameters", f"{trainable:,} built, {counted:,} counted"),
        ("with moving statistics", f"{total:,}"),
        ("written", str(out)),
    ]
    return f"{network.name}\n\n{facts(lines)}"
