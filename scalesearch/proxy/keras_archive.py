"""What a `.keras` file may hold: its configuration, read and checked without Keras.

A saved model is a zip archive: `config.json` says which layers to make, `model.weights.h5` fills
them. Loading foreign ones has a history of holes: code in Lambda layers (CVE-2024-3660), functions
of any module by name (CVE-2025-1550, CVE-2025-8747), layers that read files (CVE-2025-12058), links
inside the weights (CVE-2026-1669). For counting, the weights do not matter and are not opened;
nothing is unpacked to disk; what the configuration may name is listed here.
"""

import json
import zipfile
from pathlib import Path
from typing import Any, NoReturn

from scalesearch.errors import ConfigError

CONFIG = "config.json"
LARGEST_CONFIG = 64 * 2**20
"""Bytes; that of the largest network of keras.applications has under 2 MiB."""

CODE = frozenset(
    ("Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "NNXLayer")
)
"""Layers that are somebody's code."""
ROOMS = (
    "layers", "models", "initializers", "activations", "regularizers", "constraints", "random",
    "dtype_policies", "quantizers", "ops", "backend.common", "applications",
)  # fmt: skip
"""Parts of Keras that a network is made of."""


def config_in(path: Path) -> dict[str, Any]:
    """What the file says its model is made of, without how it was compiled.

    Raises ConfigError where the file is no Keras archive, holds code, or names what is not Keras's.
    """
    config = _read(path)
    _check(config, path, "the model")
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(CONFIG) as file:
            text = file.read(LARGEST_CONFIG + 1)
    except FileNotFoundError as error:
        raise ConfigError(f"There is no file {path}.") from error
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
    if len(text) > LARGEST_CONFIG:
        raise ConfigError(
            f"{path}: {CONFIG} must be at most {LARGEST_CONFIG:,} bytes. It is larger."
        )
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"{path}: {CONFIG} is not JSON ({error}). Save the model again."
        ) from error
    if not isinstance(config, dict) or "class_name" not in config:
        raise ConfigError(f"{path}: {CONFIG} does not describe a model. Save the model again.")
    return config


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
    return f"layer {name!r}" if is_layer else owner


def _check_one(value: dict[str, Any], path: Path, owner: str) -> None:
    kind, module = value["class_name"], value.get("module")
    if not isinstance(kind, str) or not isinstance(module, str | None):
        _refuse(path, owner, f"has a class that is no name: {kind!r}")
    if kind in CODE:
        what = "Python code in a Lambda" if "lambda" in kind.lower() else f"foreign code ({kind})"
        _refuse(path, owner, f"holds {what}, which is not run from a file")
    registered = value.get("registered_name")
    if isinstance(registered, str) and (">" in registered or module is None):
        _refuse(path, owner, f"is of the class {registered}, which is not a layer of Keras")
    if kind == "function":
        inner = value.get("config")
        if module not in (None, "builtins", "keras.activations", "keras.initializers"):
            _refuse(path, owner, f"names the function {inner!r} of {module}, which is not Keras's")
    elif module == "builtins" or not (module is None or _is_room(module)):
        _refuse(path, owner, f"is of the class {module}.{kind}, which is not a layer of Keras")
    inner = value.get("config")
    if isinstance(inner, dict) and isinstance(inner.get("vocabulary"), str):
        _refuse(path, owner, "reads its vocabulary from another file")


def _is_room(module: str) -> bool:
    if module == "keras":
        return True
    inside = module.removeprefix("keras.src.").removeprefix("keras.")
    rooms = any(inside == room or inside.startswith(f"{room}.") for room in ROOMS)
    return module.startswith("keras.") and rooms


def _refuse(path: Path, owner: str, why: str) -> NoReturn:
    raise ConfigError(
        f"{path}: {owner} {why}. Only models of Keras's own layers are loaded; build others by a "
        "Python function of your own (package.module:build)."
    )
