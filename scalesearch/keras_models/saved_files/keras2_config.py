"""The configuration of a Keras-2 model in the words of Keras 3, so that Keras 3 can make it.

Keras 2 wrote classes without their module (HDF5, SavedModel) or with modules that are gone, calls
as lists instead of arguments by name, and options that Keras 3 dropped. Those that change nothing
that is counted are left out; all others stay, and Keras 3 refuses them.
"""

from typing import Any

from scalesearch.errors import ConfigError
from scalesearch.keras_models.saved_files.keras2_calls import (
    connect,
    layers_of,
    name_in_keras3,
    options_of,
)

HOMES = {
    "Functional": "keras.src.models.functional",
    "Model": "keras.src.models.functional",
    "Sequential": "keras",
    "LayerScale": "keras.src.applications.convnext",
    "StochasticDepth": "keras.src.applications.convnext",
    "CustomScaleLayer": "keras.src.applications.inception_resnet_v2",
}
"""Where models and the private layers of keras.applications are; all else is by its kind."""
ROOMS = {
    "_initializer": "initializers",
    "_regularizer": "regularizers",
    "_constraint": "constraints",
}
"""Where a part of a layer belongs, by how its key ends."""
GONE = frozenset(
    ("time_major", "implementation", "input_length", "ragged", "fused", "renorm", "renorm_clipping",
     "renorm_momentum", "virtual_batch_size", "batch_input_shape", "adjustment", "rng_type")
)  # fmt: skip
"""Options that Keras 3 has no more. They are left out where they are not set to anything."""
HARMLESS = frozenset(
    ("implementation", "input_length", "batch_input_shape", "renorm_momentum", "fused", "rng_type")
)
"""Those of them that change nothing whatever they are."""
GONE_OF = {
    "DepthwiseConv1D": ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "DepthwiseConv2D": ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "SeparableConv1D": ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "SeparableConv2D": ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "MultiHeadAttention": ("query_shape", "key_shape", "value_shape", "softmax_robust_masking"),
    "Conv1DTranspose": ("groups",),
    "Conv2DTranspose": ("groups",),
    "Conv3DTranspose": ("groups",),
}
"""Options that these classes had and did not use, or that follow from their inputs."""
NAMES = {
    "SyncBatchNormalization": "BatchNormalization",
    "Model": "Functional",
    "GroupedQueryAttention": "GroupQueryAttention",
    "ThresholdedReLU": "ReLU",
}


def is_keras2(config: dict[str, Any]) -> bool:
    """Whether Keras 2 wrote this configuration of a model."""
    module = config.get("module")
    if not isinstance(module, str) or module.startswith("tf_keras") or ".engine." in module:
        return True
    layers = layers_of(config)
    return any("batch_input_shape" in options_of(each) for each in layers)


def in_keras3(config: dict[str, Any]) -> dict[str, Any]:
    """The same model in Keras 3's words. What is not understood stays as it is.

    Raises ConfigError, with how the sentence about the configuration ends, where it is damaged.
    """
    try:
        made: dict[str, Any] = _part(config, "layers")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"is not as Keras 2 writes it ({type(error).__name__}: {error})"
        ) from error
    return made


def _part(value: Any, room: str) -> Any:
    """A value of a configuration; `room` is where classes in it belong."""
    if isinstance(value, list):
        return [_part(each, room) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") in ("__tuple__", "TensorShape") and "items" in value:
        return _part(value["items"], room)
    if value.get("class_name") == "Policy":
        return options_of(value).get("name")  # a type such as mixed_float16
    if not isinstance(value.get("class_name"), str) or "config" not in value:
        return {key: _part(each, _room(key, room)) for key, each in value.items()}
    return _object(value, room)


def _room(key: str, room: str) -> str:
    return next((each for end, each in ROOMS.items() if key.endswith(end)), room)


def _object(value: dict[str, Any], room: str) -> dict[str, Any]:
    """A layer, a model, or a part of one."""
    name, module = value["class_name"], value.get("module")
    if not isinstance(module, str | None):
        return value  # it is refused for that
    if module is None or ".engine." in module or module.startswith(("keras.src.", "tf_keras.src.")):
        module = HOMES.get(name, f"keras.{room}")
    elif module.startswith("tensorflow.python.ops.init_ops"):
        module = "keras.initializers"
    elif module.startswith("tf_keras"):
        module = module.removeprefix("tf_")
    registered = value.get("registered_name")
    kept = registered if isinstance(registered, str) and ">" in registered else None
    made = {"module": module, "class_name": NAMES.get(name, name), "registered_name": kept}
    if not isinstance(value["config"], dict):
        return {**made, "config": value["config"]}
    inner = _part(_options(name, value["config"]), "layers")
    if isinstance(inner.get("layers"), list) and name != "Sequential":
        connect(inner)
    made["config"] = inner
    kept_too = ("name", "inbound_nodes", "shared_object_id")
    made |= {key: value[key] for key in kept_too if key in value}
    for named in (made, inner):
        if isinstance(named.get("name"), str):
            named["name"] = name_in_keras3(named["name"])
    return made


def _options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """A layer's options without those that are gone."""
    gone = GONE_OF.get(name, ())
    kept = {
        key: value
        for key, value in options.items()
        if key not in gone and not (key in GONE and (key in HARMLESS or not value))
    }
    if name == "InputLayer" and "batch_input_shape" in options:
        kept["batch_shape"] = options["batch_input_shape"]
    if name == "ThresholdedReLU":
        kept["threshold"] = kept.pop("theta", 1.0)
    if name in ("BatchNormalization", "SyncBatchNormalization"):
        axis = kept.get("axis")
        if isinstance(axis, list) and len(axis) == 1:
            kept["axis"] = axis[0]
    return kept
