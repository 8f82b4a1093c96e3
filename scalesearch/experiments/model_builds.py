"""Keras models of networks: built, held against the count, saved whole."""

import os
from math import prod
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

from scalesearch.core.networks import Network
from scalesearch.errors import ConfigError, ScaleSearchError, parameter
from scalesearch.experiments.arguments import seed_of
from scalesearch.experiments.network_names import network_of
from scalesearch.experiments.tensorflow_start import chatter_held_back

if TYPE_CHECKING:
    import keras

SUFFIX = ".keras"


class SavedModel(NamedTuple):
    """What was saved."""

    params: int
    """Trainable parameters, as counted and as built."""
    weights: int
    """All of them, moving statistics included."""


def build(network: Network | str | Path, *, seed: int | None = None) -> "keras.Model":
    """Build the Keras model of a network, with fresh weights.

    Args:
        network: a network or its name (see `load`).
        seed: of the weights; with it, Python's, numpy's and TensorFlow's own seeds are set.

    The model takes (batch, height, width, channels) float32 images and gives (batch, classes)
    logits; one that a function builds takes and gives what the function says. Raises BuildError
    where the function cannot build it.
    """
    found = network_of(network)
    if seed is not None:
        seed = seed_of(seed)
    with chatter_held_back():
        import keras

        if seed is not None:
            keras.utils.set_random_seed(seed)
        from scalesearch.keras_models.network_models import model_of

        return model_of(found)


def check_out(out: Path, force: bool) -> None:
    """Raise ConfigError where no model can be saved at `out`; `force` lets a file be replaced."""
    if out.suffix != SUFFIX:
        raise ConfigError(f"{parameter('out')} must end in {SUFFIX}. Got {out}.")
    if out.is_dir():
        raise ConfigError(f"{parameter('out')} must be a file. {out} is a folder.")
    if out.exists() and not force:
        raise ConfigError(
            f"{out} exists already.",
            remedy=f"Give another {parameter('out')}, or {parameter('force')} to replace it.",
        )
    if not out.parent.is_dir():
        raise ConfigError(f"{parameter('out')} must be in a folder that exists. Got {out}.")
    try:
        TemporaryFile(dir=out.parent).close()
    except OSError as error:
        why = error.strerror or error
        raise ConfigError(
            f"{out} cannot be written: {why}.", remedy=f"Give another {parameter('out')}."
        ) from error


def save(network: Network, out: Path, seed: int) -> SavedModel:
    """Build the network's model and save it whole.

    Raises ScaleSearchError where it has other parameters than were counted, and ConfigError where
    it cannot be written.
    """
    counted = network.cost.params
    model = build(network, seed=seed)
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
    trainable = _count(model.trainable_weights)
    if trainable != counted:
        raise ScaleSearchError(
            f"The built model has {trainable:,} trainable parameters, the count says {counted:,}. "
            "This is a fault of scalesearch: please report it with the network."
        )
    return SavedModel(trainable, _count(model.weights))


def _count(weights: list[Any]) -> int:
    return sum(prod(weight.shape) for weight in weights)
