"""The configuration in a model that was saved as HDF5: one text beside the weights.

Only that text is read. No group but the root is opened and no link followed, so that no other file
is. The HDF5 library may crash, or never end, over a damaged file, so it reads in a process of its
own: its `main` reads the file's path from standard input and writes one JSON answer to standard
output.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from scalesearch.errors import ConfigError
from scalesearch.surroundings import program

ATTRIBUTE, VERSION = "model_config", "keras_version"
SECONDS = 60
"""The longest that reading one text may take; it takes the time of starting Python."""


class Text(NamedTuple):
    """The configuration as JSON, and the Keras that wrote it, such as "2.15.0" ("" if unknown)."""

    config: str
    version: str


def text_in(path: Path) -> Text:
    """The configuration. Raises ConfigError where the file is damaged or has none."""
    try:
        done = subprocess.run(
            **program(__name__),
            input=json.dumps(str(path)),
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=True,
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise _damaged(path, f"it cannot be read in {SECONDS} seconds") from error
    except (subprocess.CalledProcessError, ValueError) as error:
        raise _damaged(path, "the HDF5 library fails over it") from error
    if "damage" in answer:
        raise _damaged(path, answer["damage"])
    if answer[ATTRIBUTE] is None:
        raise ConfigError(
            f"{path} is HDF5 without {ATTRIBUTE}, so it holds weights and does not say of which "
            "layers. Save the whole model with `model.save`, not its weights alone."
        )
    return Text(answer[ATTRIBUTE], answer[VERSION] or "")


def _damaged(path: Path, why: str) -> ConfigError:
    return ConfigError(
        f"{path} is a damaged HDF5 file ({why}). Save the model again with `model.save`."
    )


def read(path: Path) -> dict[str, str | None]:
    """Both texts of the file's root, None where there is none; or under "damage" what is wrong."""
    import h5py  # in the process of its own alone

    try:
        with h5py.File(path, "r") as file:
            return {name: _text(file.attrs, name) for name in (ATTRIBUTE, VERSION)}
    except Exception as error:  # damage can show as any error of the HDF5 library
        return {"damage": next(iter(str(error).splitlines()), "") or type(error).__name__}


def _text(attributes: Any, name: str) -> str | None:
    if name not in attributes:
        return None
    if attributes.get_id(name).shape != ():
        raise ValueError(f"{name} is an array")
    value = attributes[name]
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value


def main() -> None:
    sys.stdout.write(json.dumps(read(Path(json.load(sys.stdin)))))
