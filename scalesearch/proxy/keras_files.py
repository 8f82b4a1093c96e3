"""A saved Keras model without its weights, so that nothing in the file can run or reach out.

What the file's configuration may name is checked first (see `keras_archive`), and Keras makes the
layers in its safe mode.
"""

import re
from pathlib import Path

import keras

from scalesearch.errors import ConfigError
from scalesearch.proxy.keras_archive import config_in
from scalesearch.proxy.weightless import made_with


def model_in(path: Path, weights: bool = False) -> keras.Model:
    """The model saved in the file or folder, with shapes alone or fresh weights.

    It has no loss and no optimiser. Raises ConfigError where it is no saved model, holds code, or
    names what is not Keras's.
    """
    config = config_in(path)
    try:
        with made_with(weights):
            model = keras.saving.deserialize_keras_object(config, safe_mode=True)
    except Exception as error:  # a damaged configuration can break any layer in any way
        raise ConfigError(
            f"{path}: Keras cannot make the model of it: {_said(error)}. Save the model again with "
            "Keras 3, or count the Python function that builds it (package.module:build)."
        ) from error
    if not isinstance(model, keras.Model):
        raise ConfigError(
            f"{path} must hold a Keras model. It holds a {type(model).__name__}. Save a model with "
            "`model.save`."
        )
    return model


def _said(error: Exception) -> str:
    """The innermost reason that Keras gives, which it puts behind the layer's configuration."""
    text = str(error).rpartition("Exception encountered:")[2] or str(error)
    said = next((line.strip() for line in text.splitlines() if line.strip()), "")
    missing = re.search(r"Could not deserialize '[\w.]*?(\w+)' because", said)
    if missing:
        return f"Keras 3 has no {missing[1]}"
    return said[:300].removesuffix(".") or type(error).__name__
