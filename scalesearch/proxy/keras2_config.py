"""The configuration of a Keras-2 model in the words of Keras 3, so that Keras 3 can make it.

Keras 2 wrote classes without their module (HDF5, SavedModel) or with modules that are gone, calls
as lists instead of arguments by name, and options that Keras 3 dropped. Those that change nothing
that is counted are left out; all others stay, and Keras 3 refuses them.
"""

from typing import Any

from scalesearch.errors import ConfigError

MODELS = {"Functional": "keras.src.models.functional", "Model": "keras.src.models.functional"}
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
RECURRENT = frozenset(
    ["SimpleRNN", "LSTM", "GRU", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"]
)
"""Layers whose further tensors are their first state."""
NAMES = {"SyncBatchNormalization": "BatchNormalization", "Model": "Functional"}
_ELEMENTWISE = """
__operators__.add __operators__.radd __operators__.sub __operators__.rsub __operators__.mul
__operators__.rmul __operators__.truediv __operators__.rtruediv __operators__.pow __operators__.neg
math.add math.subtract math.multiply math.divide math.truediv math.maximum math.minimum math.pow
math.square math.sqrt math.rsqrt math.exp math.log math.abs math.negative math.sigmoid math.tanh
math.softplus nn.relu nn.relu6 nn.elu nn.selu nn.silu nn.swish nn.gelu nn.sigmoid nn.tanh nn.softmax
nn.softplus nn.leaky_relu cast clip_by_value identity stop_gradient
"""
ELEMENTWISE = frozenset(_ELEMENTWISE.split())
"""Functions of TensorFlow in a model's graph that cost nothing and keep sizes, or stretch them."""


def is_keras2(config: dict[str, Any]) -> bool:
    """Whether Keras 2 wrote this configuration of a model."""
    module = config.get("module")
    if not isinstance(module, str) or module.startswith("tf_keras") or ".engine." in module:
        return True
    layers = _layers(config)
    return any("batch_input_shape" in _inner(each) for each in layers)


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
        return _inner(value).get("name")  # a type such as mixed_float16
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
        module = MODELS.get(name, "keras" if name == "Sequential" else f"keras.{room}")
    elif module.startswith("tf_keras"):
        module = module.removeprefix("tf_")
    registered = value.get("registered_name")
    kept = registered if isinstance(registered, str) and ">" in registered else None
    made = {"module": module, "class_name": NAMES.get(name, name), "registered_name": kept}
    if not isinstance(value["config"], dict):
        return {**made, "config": value["config"]}
    inner = _part(_options(name, value["config"]), "layers")
    if isinstance(inner.get("layers"), list):
        _connect(inner, sequential=name == "Sequential")
    made["config"] = inner
    made |= {key: value[key] for key in ("name", "inbound_nodes") if key in value}
    for named in (made, inner):
        if isinstance(named.get("name"), str):
            named["name"] = _name(named["name"])
    return made


def _name(name: str) -> str:
    """A layer's name; Keras 3 takes no slash in one."""
    return name.replace("/", ".")


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
    if name in ("BatchNormalization", "SyncBatchNormalization"):
        axis = kept.get("axis")
        if isinstance(axis, list) and len(axis) == 1:
            kept["axis"] = axis[0]
    return kept


def _connect(model: dict[str, Any], sequential: bool) -> None:
    """Write the calls of the model's layers in Keras 3's form."""
    layers = [each for each in model["layers"] if isinstance(each, dict)]
    if sequential:
        return
    # The number of a layer's first call.
    first = {str(each.get("name")): int(_knows_its_input(each)) for each in layers}
    kinds = {str(each.get("name")): each.get("class_name") for each in layers}
    for layer in layers:
        nodes = layer.get("inbound_nodes")
        if isinstance(nodes, list):
            layer["inbound_nodes"] = [_node(each, first) for each in nodes]
            _give_states(layer)
            _name_function(layer)
    # Keras 3 itself knows the first call of a functional model here.
    ends = {key: count for key, count in first.items() if kinds[key] == "Sequential"}
    for key in ("input_layers", "output_layers"):
        if key in model:
            found = _references(model[key], ends)
            one = isinstance(found, list) and len(found) == 1 and _is_reference(found[0])
            model[key] = found[0] if one else found


def _knows_its_input(layer: dict[str, Any]) -> bool:
    """Whether this is a model made with an input, which Keras 2 counted as a call of its own."""
    inner = _layers(layer)
    return bool(inner) and inner[0].get("class_name") == "InputLayer"


def _node(node: Any, first: dict[str, int]) -> Any:
    """One call: tensors [layer, call, output] with arguments by name become args and kwargs."""
    if _is_reference(node):
        node = [node]
    if not isinstance(node, list) or not all(_is_reference(each) for each in node):
        return node
    tensors = [_tensor(each, first) for each in node]
    words = node[0][3] if node and len(node[0]) > 3 else {}
    args = tensors if len(tensors) == 1 else [tensors]
    return {"args": args, "kwargs": {key: _word(each, first) for key, each in words.items()}}


def _word(value: Any, first: dict[str, int]) -> Any:
    """An argument given by name, which may be a tensor or hold some."""
    if _is_reference(value) and _name(value[0]) in first:
        return _tensor(value, first)
    if isinstance(value, list):
        return [_word(each, first) for each in value]
    return value


def _is_reference(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(isinstance(each, int) for each in value[1:3])
    )


def _references(value: Any, first: dict[str, int]) -> Any:
    if _is_reference(value):
        name = _name(value[0])
        return [name, value[1] - first.get(name, 0), value[2]]
    if isinstance(value, list):
        return [_references(each, first) for each in value]
    if isinstance(value, dict):
        return {key: _references(each, first) for key, each in value.items()}
    return value


def _tensor(reference: list[Any], first: dict[str, int]) -> dict[str, Any]:
    history = _references(reference, first)
    told = {"shape": [None], "dtype": "float32", "keras_history": history}
    return {"class_name": "__keras_tensor__", "config": told}


def _give_states(layer: dict[str, Any]) -> None:
    """Recurrent layers took their first state as further inputs; Keras 3 has an argument for it."""
    for node in layer["inbound_nodes"]:
        if layer["class_name"] not in RECURRENT or not isinstance(node, dict):
            continue
        given = node["args"][0] if node["args"] else None
        if isinstance(given, list) and len(given) > 1:
            node["args"], node["kwargs"] = (
                [given[0]],
                {**node["kwargs"], "initial_state": given[1:]},
            )


def _name_function(layer: dict[str, Any]) -> None:
    """A function of TensorFlow, element by element, becomes a free layer of the same sizes."""
    function = _inner(layer).get("function")
    if layer["class_name"] != "TFOpLambda" or function not in ELEMENTWISE:
        return
    for node in layer["inbound_nodes"]:
        if not isinstance(node, dict):
            return
        words = [each for each in node["kwargs"].values() if isinstance(each, dict)]
        tensors = [*node["args"], *words]
        node["args"], node["kwargs"] = [tensors if len(tensors) > 1 else tensors[0]], {}
        layer["class_name"] = "Add" if len(tensors) > 1 else "Identity"
    layer["config"] = {"name": layer["config"].get("name")}


def _layers(config: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers of a model's configuration; none where it is no model."""
    found = _inner(config).get("layers")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _inner(config: dict[str, Any]) -> dict[str, Any]:
    inner = config.get("config")
    return inner if isinstance(inner, dict) else {}
