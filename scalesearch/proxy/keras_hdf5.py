"""The configuration in a model that was saved as HDF5: one text beside the weights.

Only that text is read. No group is opened and no link followed, so that no other file is.
"""

from pathlib import Path
from typing import Any

import h5py

from scalesearch.errors import ConfigError

ATTRIBUTE, VERSION = "model_config", "keras_version"


def text_in(path: Path) -> tuple[str | bytes, str]:
    """The configuration as JSON, and the first digit of the Keras that wrote it ("" if unknown).

    Raises ConfigError where the file is damaged or has no configuration.
    """
    try:
        with h5py.File(path, "r") as file:
            text, version = (_value(file.attrs, name) for name in (ATTRIBUTE, VERSION))
    except Exception as error:  # damage can show as any error of the HDF5 library
        said = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise ConfigError(
            f"{path} is a damaged HDF5 file ({said}). Save the model again with `model.save`."
        ) from error
    if text is None:
        raise ConfigError(
            f"{path} is HDF5 without {ATTRIBUTE}, so it holds weights and does not say of which "
            "layers. Save the whole model with `model.save`, not its weights alone."
        )
    if not isinstance(text, str | bytes):
        raise ConfigError(
            f"{path}: {ATTRIBUTE} must be a text. It is {type(text).__name__}. Save the model "
            "again with `model.save`."
        )
    return text, version[:1] if isinstance(version, str) else ""


def _value(attributes: h5py.AttributeManager, name: str) -> Any:
    """One attribute that is no array, or None."""
    if name not in attributes:
        return None
    if attributes.get_id(name).shape != ():
        raise ValueError(f"{name} is an array")
    return attributes[name]
