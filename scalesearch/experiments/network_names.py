"""What a network's name means, a table, a Python function or a Keras model, and the network."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from scalesearch.config.function_names import is_built
from scalesearch.config.shipped_files import find_network, load_network
from scalesearch.core.networks import Network
from scalesearch.errors import ConfigError, parameter
from scalesearch.experiments.arguments import refused, text
from scalesearch.keras_models.saved_files.saved_model import is_saved_model

if TYPE_CHECKING:
    from scalesearch.core.function_network import FunctionNetwork

KERAS_FILE = ".keras"
KERAS_FILES = (KERAS_FILE, ".h5", ".hdf5")
KERAS_NAME = "keras:"
_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
SHOWN = 5
"""Uncounted layers that a text names; the JSON document has them all."""

Meaning = Literal["table", "function", "keras"]
Tell = Callable[[str], None]


def silent(text: str) -> None:
    """Drop what there is to tell."""


def meaning_of(name: str) -> Meaning:
    """`package.module:build` is a function; `keras:NAME`, saved models are Keras's; else a table.

    A saved model is a file by its ending, or a folder by what lies in it.
    """
    if (
        name.startswith(KERAS_NAME)
        or name.lower().endswith(KERAS_FILES)
        or is_saved_model(Path(name))
    ):
        return "keras"
    if _FUNCTION.fullmatch(name) and not Path(name).exists():
        return "function"
    return "table"


def refuse_keras(name: str) -> None:
    """Raise ConfigError for the name of a Keras model, which has no depth or width to scale."""
    if meaning_of(name) == "keras":
        raise ConfigError(
            f"{parameter('baseline')} must be a table or a Python function (package.module:build): "
            f"the Keras model {name} cannot be made deeper or wider. It can be counted: "
            f"`scalesearch cost {name}`."
        )


def is_function(name: str) -> bool:
    """Whether this baseline is built by a Python function: named so, or by a YAML that names one.

    Raises ConfigError where it is no baseline.
    """
    refuse_keras(name)
    return meaning_of(name) == "function" or is_built(find_network(name))


def load(name: str | os.PathLike[str], tell: Tell = silent) -> Network:
    """The network of a name: what `scale`, `cost` and every plan begin with.

    Args:
        name: a shipped name such as "efficientnet_b0", a name under ./configs, the path of a YAML
            file, or a Python function "package.module:build", which is imported and run.
        tell: takes each remark, such as which layers of a function's model cannot be counted.

    A table is read in milliseconds. For a function TensorFlow is loaded, once there is such a
    module; its network is built and checked at several sizes. Raises ConfigError where there is
    no such network, or it breaks a rule.
    """
    name = text("name", name)
    if not is_function(name):
        return load_network(name)
    # What only functions need stays out of the start of every command on a table.
    from scalesearch.config.function_files import read_built
    from scalesearch.experiments.tensorflow_start import chatter_held_back
    from scalesearch.source_code.module_search import refuse_missing

    if meaning_of(name) == "function":
        refuse_missing(name)
        with chatter_held_back():
            from scalesearch.keras_models.functions.function_models import find, taken_instead
        for argument, value in taken_instead(name).items():
            seen = f"No default of `{argument}` is seen in the signature of {name}"
            tell(f"{seen}: {value} is taken.")
        return _with_remark(find(name), tell)
    network = read_built(find_network(name))
    refuse_missing(network.builder)
    with chatter_held_back():
        from scalesearch.keras_models.functions.function_models import checked
    return _with_remark(checked(network), tell)


def network_of(network: object, name: str = "network") -> Network:
    """A network that was handed in, or the one of a name (see `load`). Raises ConfigError."""
    if isinstance(network, str | os.PathLike):
        return load(network)
    if not hasattr(network, "check") or not hasattr(network, "at"):
        raise refused(name, "a network, or the name or path of one", network)
    return cast(Network, network)


def _with_remark(network: "FunctionNetwork", tell: Tell) -> "FunctionNetwork":
    from scalesearch.keras_models.functions.function_models import counted

    missing = [f"{each.layer} ({each.kind})" for each in counted(network).uncounted]
    if missing:
        tell(f"Not counted in {network.name}: {not_counted(missing)}.")
    return network


def not_counted(layers: list[str]) -> str:
    """Which layers' MACs are missing from the sum."""
    more = len(layers) - SHOWN
    also = f"\nand {more} more" if more > 0 else ""
    return "\n".join(["the MACs and activations of", *layers[:SHOWN]]) + also
