"""What networks and Keras models cost for one image: MACs, parameters, activations."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError
from scalesearch.experiments import arguments
from scalesearch.experiments.model_counts import find_model, model_json
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.network_names import network_of

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class LayerCount:
    """One layer that costs something, by its path, with its kind and how often it is called."""

    layer: str
    kind: str
    calls: int
    macs: int
    params: int
    acts: int


@dataclass(frozen=True, slots=True)
class UncountedLayer:
    """A layer of a kind whose MACs and activations are not known; its parameters are counted."""

    layer: str
    kind: str


@dataclass(frozen=True, slots=True)
class Count:
    """Exact counts for one image, and the layers that they are the sums of."""

    name: str
    macs: int
    """Multiply-accumulates; FLOPs are twice as many."""
    params: int
    """Trainable parameters."""
    acts: int
    """Output elements of convolution, linear and max-pooling layers."""
    layers: tuple[LayerCount, ...]
    uncounted: tuple[UncountedLayer, ...] = ()
    weights: int | None = None
    """All weights of a model, moving statistics included; None of a table, which is not built."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        names = ("name", "macs", "params", "acts")
        return {name: getattr(self, name) for name in names} | {
            "params_with_statistics": self.weights,
            "layers": [_fields(each) for each in self.layers],
            "uncounted": [_fields(each) for each in self.uncounted],
        }


def _fields(value: LayerCount | UncountedLayer) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def cost(
    network: Network | str | Path,
    *,
    depth: float = 1.0,
    width: float = 1.0,
    resolution: Resolution | int | str | Sequence[int] | None = None,
    classes: int | None = None,
) -> Count:
    """Count a network, at other sizes where they are given.

    Args:
        network: a network or its name (see `load`).
        depth, width: multipliers above 0, rounded by the network's own rule.
        resolution: of the input: pixels a side, "224x160" or (height, width); None for its own.
        classes: of the classifier; None for the network's own.

    A table is counted in milliseconds; of a function the model is built, with shapes alone. Raises
    ScaleSearchError for sizes that nothing of them can be built or counted.
    """
    found = network_of(network)
    size = arguments.resolution("resolution", resolution)
    by = Multipliers(arguments.number("depth", depth), arguments.number("width", width))
    sized = at_sizes(found, by, size, arguments.whole_or_none("classes", classes))
    kind = kind_of(sized)
    return _count(kind.document(sized) | {"layers": kind.layers(sized)})


def at_sizes(
    network: Network, by: Multipliers, resolution: Resolution | None, classes: int | None = None
) -> Network:
    """The network with its depth and width multiplied, for these images and classes.

    Raises ScaleSearchError where it is too large or too small to be counted.
    """
    network.check(by, "with these multipliers")
    return network.at(by.depth, by.width).resized(resolution or network.resolution, classes)


def count(
    model: "keras.Model | str | Path",
    *,
    resolution: Resolution | int | str | Sequence[int] | None = None,
    input_shape: Sequence[Sequence[int]] = (),
) -> Count:
    """Count any Keras model, layer by layer, without running it.

    Args:
        model: a built model; the file of a saved one (.keras, .h5, a SavedModel folder); or
            "keras:NAME" for a network of keras.applications. No code that lies in a file is run.
        resolution: pixels of its one image, (batch, height, width, channels), where the model
            leaves them open or others are meant.
        input_shape: the sizes of each input without the batch, in the model's order.

    Layers of kinds that are not known are in `uncounted`, and their MACs missing from the sum.
    Raises ScaleSearchError where the size of an input is left open, and ConfigError where there is
    no such file or it cannot be trusted.
    """
    if not isinstance(model, str | Path) and not hasattr(model, "built"):
        raise ConfigError(
            "`model=` must be a Keras model, the file of one, or keras:NAME; `cost` counts tables "
            f"and functions. Got a {type(model).__name__}."
        )
    size = arguments.resolution("resolution", resolution)
    shapes = [tuple(shape) for shape in input_shape]
    return _count(model_json(find_model(model, size, shapes)))


def _count(document: dict[str, Any]) -> Count:
    return Count(
        name=document["name"],
        macs=document["macs"],
        params=document["params"],
        acts=document["acts"],
        layers=tuple(LayerCount(**each) for each in document["layers"]),
        uncounted=tuple(UncountedLayer(**each) for each in document.get("uncounted", ())),
        weights=document.get("params_with_statistics"),
    )
