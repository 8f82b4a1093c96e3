"""Trained variables of a function's model on disk: one .npz a training, each by its place.

As `weight_files.py` does for a table: arrays alone, never pickled objects or code.
"""

import io
from pathlib import Path

import keras
import numpy as np

from scalesearch.core.function_network import FunctionNetwork
from scalesearch.errors import StudyError, parameter
from scalesearch.files.whole_files import write_whole
from scalesearch.keras_models.functions.builders import check_source
from scalesearch.keras_models.functions.function_models import build_model
from scalesearch.training.table_backend.weight_files import arrays_in


def write(path: Path, model: keras.Model) -> None:
    """Write every weight of the model, moving statistics included. Raises StudyError for the disk.

    The arrays are named "0", "1", ... in the order of `model.weights`.
    """
    content = io.BytesIO()
    arrays = {str(place): _plain(weight) for place, weight in enumerate(model.weights)}
    np.savez(content, **arrays)  # type: ignore[arg-type] # its other argument is a flag
    write_whole(path, content.getvalue(), StudyError)


def read(path: Path, network: FunctionNetwork) -> keras.Model:
    """The model of `network` with the weights in the file; nothing in the file is ever run.

    Raises ConfigError where the function no longer builds it, and StudyError where its code has
    changed since, there are no weights, or the file holds other than this model's.
    """
    check_source(
        network,
        f"{path} was trained, so its weights may belong to another network of {network.builder}. "
        "Put back what was there then, or compare again under another "
        f"{parameter('study')} name.",
    )
    arrays = arrays_in(path)
    model = build_model(network)
    if set(arrays) != {str(place) for place in range(len(model.weights))}:
        raise StudyError(
            f"{path} must hold {len(model.weights)} arrays, the weights of {network.builder}. It "
            f"holds {len(arrays)}.",
            remedy=f"Compare again under another {parameter('study')} name.",
        )
    for place, weight in enumerate(model.weights):
        values = arrays[str(place)]
        if values.shape != tuple(weight.shape) or values.dtype != _plain(weight).dtype:
            raise StudyError(
                f"{path}: weight {place}, `{weight.path}`, must have shape {tuple(weight.shape)} "
                f"and type {_plain(weight).dtype}. Got {values.shape} and {values.dtype}."
            )
        if not np.isfinite(values).all():
            raise StudyError(
                f"{path}: weight {place}, `{weight.path}`, must hold finite numbers alone. It "
                "does not."
            )
        weight.assign(values)
    return model


def _plain(weight: keras.Variable) -> np.ndarray:
    """The weight's values in a type that NumPy itself can read back: bfloat16 becomes float32."""
    values: np.ndarray = keras.ops.convert_to_numpy(weight)
    return values if values.dtype.kind in "fiub" else values.astype(np.float32)
