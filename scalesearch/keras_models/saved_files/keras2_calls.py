"""The calls between the layers of a Keras-2 model, as Keras 3 writes them.

Keras 2 named a tensor by [layer, call, output], with the call's further arguments behind it, and
counted the making of a nested model as a call of it.
"""

from typing import Any

RECURRENT = frozenset(
    ["SimpleRNN", "LSTM", "GRU", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"]
)
"""Layers whose further tensors are their first state."""
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


def connect(model: dict[str, Any]) -> None:
    """Write the calls of the model's layers in Keras 3's form."""
    layers = [each for each in model["layers"] if isinstance(each, dict)]
    if any(isinstance(node, dict) and "args" in node for each in layers for node in _nodes(each)):
        return  # Keras 3 wrote them, as it does in HDF5 too
    # The number of a layer's first call.
    first = {str(each.get("name")): int(_knows_its_input(each)) for each in layers}
    kinds = {str(each.get("name")): each.get("class_name") for each in layers}
    for layer in layers:
        if isinstance(layer.get("inbound_nodes"), list):
            layer["inbound_nodes"] = [_node(each, first) for each in _nodes(layer)]
            _give_states(layer)
            _name_function(layer)
    # Keras 3 itself knows the first call of a functional model here.
    ends = {key: count for key, count in first.items() if kinds[key] == "Sequential"}
    for key in ("input_layers", "output_layers"):
        if key in model:
            found = _references(model[key], ends)
            one = isinstance(found, list) and len(found) == 1 and _is_reference(found[0])
            model[key] = found[0] if one else found


def _nodes(layer: dict[str, Any]) -> list[Any]:
    found = layer.get("inbound_nodes")
    return found if isinstance(found, list) else []


def _knows_its_input(layer: dict[str, Any]) -> bool:
    """Whether this is a model made with an input, which Keras 2 counted as a call of its own."""
    inner = layers_of(layer)
    return bool(inner) and inner[0].get("class_name") == "InputLayer"


def _node(node: Any, first: dict[str, int]) -> Any:
    """One call: tensors [layer, call, output] with arguments by name become args and kwargs."""
    if _is_reference(node):
        node = [node]
    if isinstance(node, dict) and all(_is_reference(each) for each in node.values()):
        return {"args": [{key: _tensor(each, first) for key, each in node.items()}], "kwargs": {}}
    if not isinstance(node, list) or not all(_is_reference(each) for each in node):
        return node
    tensors = [_tensor(each, first) for each in node]
    words = node[0][3] if node and len(node[0]) > 3 else {}
    args = tensors if len(tensors) == 1 else [tensors]
    return {"args": args, "kwargs": {key: _word(each, first) for key, each in words.items()}}


def _word(value: Any, first: dict[str, int]) -> Any:
    """An argument given by name, which may be a tensor or hold some."""
    if _is_reference(value) and name_in_keras3(value[0]) in first:
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
        name = name_in_keras3(value[0])
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
            node["args"] = [given[0]]
            node["kwargs"] = {**node["kwargs"], "initial_state": given[1:]}


def _name_function(layer: dict[str, Any]) -> None:
    """A function of TensorFlow, element by element, becomes a free layer of the same sizes.

    Not where it is given a list of constants, which may stretch what it puts out.
    """
    function = options_of(layer).get("function")
    if layer["class_name"] != "TFOpLambda" or function not in ELEMENTWISE:
        return
    for node in layer["inbound_nodes"]:
        if not isinstance(node, dict) or any(isinstance(e, list) for e in node["kwargs"].values()):
            return
        words = [each for each in node["kwargs"].values() if isinstance(each, dict)]
        tensors = [*node["args"], *words]
        node["args"], node["kwargs"] = [tensors if len(tensors) > 1 else tensors[0]], {}
        layer["class_name"] = "Add" if len(tensors) > 1 else "Identity"
    layer["config"] = {"name": layer["config"].get("name")}


def name_in_keras3(name: str) -> str:
    """A layer's name; Keras 3 takes no slash in one."""
    return name.replace("/", ".")


def layers_of(config: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers of a model's configuration; none where it is no model."""
    found = options_of(config).get("layers")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def options_of(config: dict[str, Any]) -> dict[str, Any]:
    """What is configured of a layer or a part of one; nothing where that is no dictionary."""
    inner = config.get("config")
    return inner if isinstance(inner, dict) else {}
