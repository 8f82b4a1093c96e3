"""The configuration in a model that was saved as HDF5: one text beside the weights.

Only that text is read. No group is opened and no link followed, so that no other file is.
"""

from pathlib import Path

import h5py

from scalesearch.errors import ConfigError

ATTRIBUTE = "model_config"


def text_in(path: Path) -> str | bytes:
    """The configuration as JSON. Raises ConfigError where the file is damaged or has none."""
    try:
        with h5py.File(path, "r") as file:
            attributes = file.attrs
            if ATTRIBUTE not in attributes:
                text = None
            elif attributes.get_id(ATTRIBUTE).shape != ():
                raise ValueError(f"{ATTRIBUTE} is not one text")
            else:
                text = attributes[ATTRIBUTE]
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
    return text
