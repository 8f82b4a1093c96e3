"""The calls that a Keras model makes on one image, each with its arguments and their sizes.

Sizes are followed through the model for a batch of one, so what merges the batch with other
dimensions, or moves it, is followed too. Where the model fixes its batch, sizes are of that batch.
Nothing is run: Keras works out the shapes alone.
"""

import inspect
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import keras
from keras.src.models.functional import Functional

from scalesearch.keras_models.counting.call_cost import Shape, Unknown, Work
from scalesearch.keras_models.counting.einsum import result
from scalesearch.keras_models.counting.layer_parameters import kernel_shape


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer, operation or model; tensors are Keras's symbolic ones, batch first."""

    name: str
    operation: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: tuple[Any, ...]
    look_up: Callable[["Call"], Work]
    """The work of another call; raises Unknown. For layers that call layers."""

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments by the names that the operation's `call` has for them."""
        try:
            bound = _signature(type(self.operation).call).bind(None, *self.args, **self.kwargs)
        except (TypeError, ValueError) as error:
            raise Unknown(str(error)) from error
        _, *named = bound.arguments.items()  # the first is the operation itself
        return dict(named)

    def shapes(self, name: str) -> list[Shape]:
        """The shapes of all tensors in one argument. Raises Unknown for an open size."""
        return [shape_of(each) for each in keras.tree.flatten(self.arguments.get(name))]

    def shape(self, name: str) -> Shape:
        """The shape of an argument that is one tensor. Raises Unknown where it is not."""
        found = self.shapes(name)
        if len(found) != 1:
            raise Unknown(f"{name} is {len(found)} tensors")
        return found[0]

    @property
    def made(self) -> Shape:
        """The shape of the first output. Raises Unknown for an open size."""
        if not self.outputs:
            raise Unknown("no output")
        return shape_of(self.outputs[0])

    def work_of(self, layer: Any, *args: Any) -> Work:
        """The work of a layer that this one calls on these arguments. Raises Unknown."""
        outputs = tuple(keras.tree.flatten(_specs(layer, args, {})))
        return self.look_up(Call(self.name, layer, args, {}, outputs, self.look_up))

    def work_of_step(self, cell: Any, inputs: Any) -> Work:
        """The work of a recurrent cell, whose states are its own matter. Raises Unknown."""
        return self.look_up(Call(self.name, cell, (inputs, None), {}, (), self.look_up))


@lru_cache(maxsize=1024)
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


def tensor(shape: Sequence[int | None], dtype: str = "float32") -> keras.KerasTensor:
    """A symbolic tensor of this shape."""
    return keras.KerasTensor(tuple(shape), dtype=dtype, name="tensor")


def shape_of(value: Any) -> Shape:
    """The shape of a tensor, array, variable or number. Raises Unknown for an open size."""
    shape = getattr(value, "shape", None)
    if shape is None:
        if not isinstance(value, int | float | complex | bool):
            raise Unknown(f"{type(value).__name__} has no shape")
        shape = ()
    sizes = tuple(shape)
    if None in sizes:
        raise Unknown(f"an open size: {sizes}")
    return sizes


def graph(model: Any) -> dict[int, list[Any]] | None:
    """The model's calls, each with its operation and tensors, by depth; 0 is that of its output.

    None for a layer, and for a model that computes by code of its own: by subclassing, or with a
    `call` of its own around the layers that it knows. Keras has no public way to ask which of a
    shared layer's calls belong to this model.
    """
    call = getattr(model, "call", None)
    if getattr(call, "__func__", None) not in (Functional.call, keras.Sequential.call):
        return None
    inner = getattr(model, "_functional", None) or model  # a Sequential holds a functional model
    found: dict[int, list[Any]] | None = getattr(inner, "_nodes_by_depth", None)
    return found


def batches_of(model: Any) -> set[int]:
    """The batches that inputs of the model fix; those that leave it open take any."""
    inputs = getattr(model, "inputs", None) or ()
    return {each.shape[0] for each in inputs if each.shape and each.shape[0] is not None}


def batch_of(model: Any) -> int:
    """The batch that inputs of the model fix; 1 where none does, or they differ."""
    fixed = batches_of(model)
    return next(iter(fixed)) if len(fixed) == 1 else 1


def calls_of(
    model: Any, look_up: Callable[[Call], Work], inputs: Sequence[Any] | None = None
) -> Iterator[Call]:
    """Every call of the model, those of nested models included, in the order of the data.

    `inputs` are symbolic tensors in place of the model's own. A model by subclassing is one call,
    since what it computes is in its code.
    """
    if graph(model) is None:
        yield Call(model.name, model, (), {}, (), look_up)
    else:
        yield from _walk(model, look_up, inputs, "", batch_of(model))


def _walk(
    model: Any, look_up: Callable[[Call], Work], inputs: Sequence[Any] | None, path: str, batch: int
) -> Generator[Call, None, list[Any]]:
    """The calls; returns the model's outputs."""
    inner = getattr(model, "_functional", None) or model
    own = list(inner.inputs)
    if inputs is None or len(inputs) != len(own):
        inputs = [_filled(each, batch) for each in own]
    tensors = {id(mine): given for mine, given in zip(own, inputs, strict=True)}
    calls = graph(model) or {}
    for depth in sorted(calls, reverse=True):
        for node in calls[depth]:
            operation, name = node.operation, f"{path}{node.operation.name}"
            if node.is_input:
                outputs = [tensors.get(id(each), each) for each in node.outputs]
                yield Call(name, operation, (), {}, tuple(outputs), look_up)
                continue
            args, kwargs = node.arguments.fill_in(tensors)
            if graph(operation) is not None:
                given = _in_order(operation, args[0] if args else kwargs.get("inputs"))
                outputs = yield from _walk(operation, look_up, given, f"{name}/", batch)
            else:
                outputs = _outputs(node, [tensors[id(each)] for each in node.input_tensors], batch)
                yield Call(name, operation, args, kwargs, tuple(outputs), look_up)
            tensors |= {id(mine): made for mine, made in zip(node.outputs, outputs, strict=True)}
    return [tensors[id(each)] for each in inner.outputs]


def _outputs(node: Any, given: list[Any], batch: int) -> list[Any]:
    """What the node puts out for these inputs.

    A layer keeps the batch first, so what Keras noted when it was called holds for inputs of the
    sizes that were noted. All else is worked out anew.
    """
    same = isinstance(node.operation, keras.Layer) and all(
        now.shape[:1] == (batch,) and _is_filled(before.shape, now.shape)
        for before, now in zip(node.input_tensors, given, strict=True)
    )
    if same and not any(None in each.shape[1:] for each in node.outputs):
        return [_filled(each, batch) for each in node.outputs]
    by_id = {id(mine): now for mine, now in zip(node.input_tensors, given, strict=True)}
    args, kwargs = node.arguments.fill_in(by_id)
    try:
        made = keras.tree.flatten(_specs(node.operation, args, kwargs))
    except Unknown:
        made = []
    if len(made) == len(node.outputs):
        return made
    return [tensor([None] * len(each.shape), each.dtype) for each in node.outputs]


def _is_filled(before: Shape, now: Shape) -> bool:
    """Whether only an open batch was set."""
    return before == now or (before[0] is None and before[1:] == now[1:])


def _in_order(model: Any, given: Any) -> list[Any]:
    """What a nested model is called with, in the order of its inputs."""
    inner = getattr(model, "_functional", None) or model
    names = [each.name for each in inner.inputs]
    if isinstance(given, dict) and set(given) == set(names):
        return [given[name] for name in names]
    return list(keras.tree.flatten(given))


def _specs(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the operation puts out, as symbolic tensors. Raises Unknown where Keras cannot tell."""
    if type(operation) is keras.layers.EinsumDense:
        # Keras leaves sizes open that the layer was not told. The equation knows them.
        return tensor(_einsum_result(operation, args[0]), operation.compute_dtype)
    try:
        return operation.compute_output_spec(*args, **kwargs)
    except Exception as error:  # whatever a layer makes of sizes that it was not made for
        raise Unknown(str(error)) from error


def _einsum_result(layer: Any, given: Any) -> Shape:
    try:
        return result(layer.equation, shape_of(given), kernel_shape(layer))
    except ValueError as error:
        raise Unknown(str(error)) from error


def _filled(each: Any, batch: int) -> Any:
    """The tensor with its open batch set."""
    if not each.shape or each.shape[0] is not None:
        return each
    return tensor((batch, *each.shape[1:]), each.dtype)
