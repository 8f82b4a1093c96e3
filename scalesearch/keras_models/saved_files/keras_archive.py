"""What a saved Keras model may hold: its configuration, read and checked without Keras.

A saved model is a zip archive: `config.json` says which layers to make, `model.weights.h5` fills
them. Older ones are HDF5 or a SavedModel folder (see `keras_hdf5`, `saved_model`). Loading foreign
ones has a history of holes: code in Lambda layers (CVE-2024-3660), functions of any module by name
(CVE-2025-1550, CVE-2025-8747), layers that read files (CVE-2025-12058), links inside the weights
(CVE-2026-1669). For counting, the weights do not matter and are not opened; nothing is unpacked to
disk; what the configuration may name is listed here: classes of Keras's layers and their parts, and
functions that are activations or initialisers. Other functions of Keras load files and download
weights.
"""

import re
import zipfile
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from scalesearch.core.plain_text import short
from scalesearch.errors import ConfigError
from scalesearch.files.json_files import json_of
from scalesearch.keras_models.saved_files import keras_hdf5, saved_model
from scalesearch.keras_models.saved_files.keras2_config import in_keras3, is_keras2

CONFIG = "config.json"
ARCHIVE, FOLDER = "Keras archive", "SavedModel of Keras 2"
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
LARGEST_CONFIG = 16 * 2**20
"""Bytes; that of the largest network of keras.applications has under 2 MiB."""
DEEPEST = 100
"""Levels of a configuration; a network inside a network takes six."""

CODE = frozenset(
    ("Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "NNXLayer",
     "TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty")
)  # fmt: skip
"""Layers that are somebody's code, or a function of TensorFlow by its name (Keras 2)."""
ROOMS = (
    "layers", "models", "initializers", "activations", "regularizers", "constraints", "random",
    "dtype_policies", "quantizers", "ops", "backend.common",
)  # fmt: skip
"""Parts of Keras that a network is made of."""
PRIVATE = ("StochasticDepth", "LayerScale", "CustomScaleLayer")
"""Layers of keras.applications. All else there builds networks and downloads their weights."""
VALUES = (
    "function", "__tensor__", "__numpy__", "__keras_tensor__", "__ellipsis__", "__slice__",
    "__bytes__",
)  # fmt: skip
"""What Keras writes where other classes stand."""
_CLASS = re.compile(r"_?[A-Z][A-Za-z0-9_]{0,199}")
_FUNCTION = re.compile(r"(?!get$|serialize$|deserialize$)[a-z][a-z0-9_]{0,199}")


class Saved(NamedTuple):
    """A saved model: what it is made of, without how it was compiled, and how it was saved."""

    config: dict[str, Any]
    form: str
    """In plain words, such as "Keras archive" or "HDF5 of Keras 2"."""


def saved_in(path: Path) -> Saved:
    """What the file or folder says its model is made of, whatever it is named.

    A model of Keras 2 is put into Keras 3's words. Raises ConfigError where there is no model, or
    it holds code, or names what is not Keras's.
    """
    content, form = _text_in(path)
    if len(content) > LARGEST_CONFIG:
        raise ConfigError(
            f"{path}: {CONFIG} must be at most {LARGEST_CONFIG:,} bytes. It is larger."
        )
    # Infinity is what Keras itself writes for an open bound.
    remedy = "Save the model again."
    what = f"{path}: its configuration" if form != ARCHIVE else f"{path}: {CONFIG}"
    config = json_of(content, what, ConfigError, remedy, DEEPEST, finite=False)
    if not isinstance(config, dict) or "class_name" not in config:
        raise ConfigError(f"{what} does not describe a model. Save the model again.")
    if is_keras2(config):
        form = f"{form} of Keras 2" if form == ARCHIVE else form
        try:
            config = in_keras3(config)
        except ConfigError as error:
            raise ConfigError(f"{what} {error}. Save the model again.") from error
    _check(config, path, "the model")
    return Saved(config, form)


def _text_in(path: Path) -> tuple[bytes, str]:
    """The configuration as JSON, and the form of what it was read from."""
    if saved_model.is_saved_model(path):
        return saved_model.text_in(path), FOLDER
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{path} cannot be read: it is a folder or a device.")
        with path.open("rb") as file:
            signature = file.read(len(HDF5_SIGNATURE))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no file {path}.") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from error
    if signature == HDF5_SIGNATURE:
        text, version = keras_hdf5.text_in(path)
        # What is no UTF-8 came as surrogates.
        content = text.encode("utf-8", "surrogateescape")
        return content, f"HDF5 of Keras {version[0]}" if version[:1].isdecimal() else "HDF5"
    return _member(path), ARCHIVE


def _member(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(CONFIG) as file:
            return file.read(LARGEST_CONFIG + 1)
    except KeyError as error:
        raise ConfigError(
            f"{path} is a zip archive without {CONFIG}, so it is no Keras model. Save the model "
            "with `model.save`."
        ) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ConfigError(
            f"{path} is no Keras archive ({error}). Save the model again with `model.save`."
        ) from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # zlib.error and whatever else a torn archive leads to
        raise ConfigError(f"{path} is damaged: {error}. Save the model again.") from error


def _check(value: Any, path: Path, owner: str) -> None:
    """Refuse what is not plain Keras; take out how models are compiled, at every depth."""
    if isinstance(value, list):
        for each in value:
            _check(each, path, owner)
    if not isinstance(value, dict):
        return
    if "class_name" in value:
        value.pop("compile_config", None)
        owner = _named(value, owner)
        _check_one(value, path, owner)
    for each in value.values():
        _check(each, path, owner)


def _named(value: dict[str, Any], owner: str) -> str:
    """The layer that `value` describes, for messages; `owner` where it is a part of one."""
    inner = value.get("config")
    name = inner.get("name") if isinstance(inner, dict) else None
    is_layer = isinstance(name, str) and value["class_name"] != "DTypePolicy"
    return f"layer {short(repr(name))}" if is_layer else owner


def _check_one(value: dict[str, Any], path: Path, owner: str) -> None:
    kind, module = value["class_name"], value.get("module")
    if not isinstance(kind, str) or not isinstance(module, str | None):
        _refuse(path, owner, f"has a class that is no name: {short(repr(kind))}")
    if kind in CODE:
        what = (
            "Python code in a Lambda"
            if kind in ("Lambda", "__lambda__")
            else f"foreign code ({kind})"
        )
        _refuse(path, owner, f"holds {what}, which is not run from a file")
    registered = value.get("registered_name")
    if isinstance(registered, str) and (">" in registered or module is None):
        _refuse(path, owner, f"is of the class {short(registered)}, which is not a layer of Keras")
    if kind == "function":
        inner = value.get("config")
        named = isinstance(inner, str) and _FUNCTION.fullmatch(inner)
        if not named or module not in (None, "builtins", "keras.activations", "keras.initializers"):
            what = f"{short(repr(inner))} of {short(str(module))}"
            _refuse(path, owner, f"names the function {what}, which is not Keras's")
    elif not _is_class(kind) or not (module is None or _is_room(module, kind)):
        what = short(kind if module is None else f"{module}.{kind}")
        _refuse(path, owner, f"is of the class {what}, which is not a layer of Keras")
    inner = value.get("config")
    if isinstance(inner, dict) and isinstance(inner.get("vocabulary"), str):
        _refuse(path, owner, "reads its vocabulary from another file")


def _is_class(kind: str) -> bool:
    return kind in VALUES or _CLASS.fullmatch(kind) is not None


def _is_room(module: str, kind: str) -> bool:
    if module == "keras":
        return True
    if module.startswith("keras.src.applications."):
        return kind in PRIVATE
    inside = module.removeprefix("keras.src.").removeprefix("keras.")
    rooms = any(inside == room or inside.startswith(f"{room}.") for room in ROOMS)
    return module.startswith("keras.") and rooms


def _refuse(path: Path, owner: str, why: str) -> NoReturn:
    raise ConfigError(
        f"{path}: {owner} {why}. Only models of Keras's own layers are loaded; build others by a "
        "Python function of your own (package.module:build)."
    )
