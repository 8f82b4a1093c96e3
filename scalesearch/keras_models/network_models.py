"""The Keras model of a network of any kind: the one place that picks how it is built."""

from collections.abc import Callable, Mapping
from typing import Any

import keras

from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network
from scalesearch.keras_models import table_model
from scalesearch.keras_models.functions import function_models

BUILDERS: Mapping[type, Callable[[Any], keras.Model]] = {
    TableNetwork: table_model.build,
    FunctionNetwork: function_models.build_model,
}


def model_of(network: Network) -> keras.Model:
    """Build the network's model, with fresh weights.

    Raises BuildError where a function cannot build it.
    """
    return BUILDERS[type(network)](network)
