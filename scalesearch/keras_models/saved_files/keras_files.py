"""A saved Keras model without its weights, so that nothing in the file can run or reach out.

What the file's configuration may name is checked first (see `keras_archive`), and Keras makes the
layers in its safe mode.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
from keras.src.saving.serialization_lib import ObjectSharingScope

from scalesearch.core.plain_text import short
from scalesearch.errors import ConfigError
from scalesearch.keras_models.saved_files.keras2_calls import layers_of, options_of
from scalesearch.keras_models.saved_files.keras_archive import saved_in
from scalesearch.keras_models.shape_models import made_with

MISSING = "Keras 3 has no"
SHARED = "shared_object_id"
"""Where Keras writes the number of a layer that stands in several places of a model."""


def model_in(path: Path, weights: bool = False) -> keras.Model:
    """The model saved in the file or folder, with shapes alone or fresh weights.

    It has no loss and no optimiser. Raises ConfigError where it is no saved model, holds code, or
    names what is not Keras's.
    """
    config, form = saved_in(path)
    mixed = _mark_shared(config)
    if mixed:
        raise ConfigError(
            f"{path}: layer {short(repr(mixed))} stands in several models inside of this one, and "
            "a file does not say which calls of it belong to which. Count the Python function that "
            "builds the model instead (package.module:build)."
        )
    try:
        # A layer that stands in several places, such as inside a wrapper too, is one layer.
        with made_with(weights), ObjectSharingScope():
            model = keras.saving.deserialize_keras_object(config, safe_mode=True)
    except Exception as error:  # a damaged configuration can break any layer in any way
        said = _said(error)
        raise ConfigError(
            f"{path}: Keras cannot make the model of it: {said}. {_remedy(said, form)}"
        ) from error
    if not isinstance(model, keras.Model):
        raise ConfigError(
            f"{path} must hold a Keras model. It holds a {type(model).__name__}. Save a model with "
            "`model.save`."
        )
    return model


def _mark_shared(config: Any) -> str:
    """Give a shared layer's number to the first place where it stands.

    Keras leaves it out there where that is inside of another layer. A layer's configuration has its
    name, so it tells which one it is. Returns the name of a shared layer that a model calls and
    another one holds too, since Keras numbers calls by layer and would mix them up; else "".
    """
    parts = {id(part) for each in _objects(config) for part in layers_of(each)}
    found: dict[str, list[dict[str, Any]]] = {}
    for each in _objects(config):
        text = json.dumps(_unnumbered([each["class_name"], each["config"]]), sort_keys=True)
        found.setdefault(text, []).append(each)
    for first, *others in found.values():
        same = others and all(each.get(SHARED) == others[0].get(SHARED) for each in others)
        if same and SHARED not in first and SHARED in others[0]:
            first[SHARED] = others[0][SHARED]
        places = [each for each in (first, *others) if SHARED in each and id(each) in parts]
        if len(places) > 1 and any(each.get("inbound_nodes") for each in places):
            return str(first["config"]["name"])
    return ""


def _unnumbered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unnumbered(each) for key, each in value.items() if key != SHARED}
    return [_unnumbered(each) for each in value] if isinstance(value, list) else value


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every layer, or part of one, in a configuration."""
    if isinstance(value, dict):
        if "class_name" in value and "name" in options_of(value):
            yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _objects(each)


def _remedy(said: str, form: str) -> str:
    count = "count the Python function that builds it (package.module:build)."
    if form == "HDF5 of Keras 3":  # Keras itself cannot read operations such as x * 2 from it
        return f"Save it as .keras instead (`model.save('model.keras')`), or {count}"
    if said.startswith(MISSING):
        return (
            "Build the model by a Python function, of layers of Keras 3 or your own, and count "
            "that (package.module:build)."
        )
    return f"Save the model again with Keras 3, or {count}"


def _said(error: Exception) -> str:
    """The innermost reason that Keras gives, which it puts behind the layer's configuration."""
    text = str(error).rpartition("Exception encountered:")[2] or str(error)
    said = next((line.strip() for line in text.splitlines() if line.strip()), "")
    missing = re.search(r"Could not deserialize '[\w.]*?(\w+)' because", said)
    if missing:
        return f"{MISSING} {missing[1]}"
    return said[:300].removesuffix(".") or type(error).__name__
