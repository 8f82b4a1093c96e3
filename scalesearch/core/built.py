"""A network that a Python function builds, as a value: which function, and with what arguments.

It stands beside the table (`core/network.py`): a search scales either. What such a network costs
only the built model says, so everything here is handed a function that counts.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from scalesearch.core.cost import Cost
from scalesearch.core.limits import MULTIPLIER, RESOLUTION
from scalesearch.core.network import Network
from scalesearch.core.scaling import Multipliers, nearest
from scalesearch.errors import ScaleSearchError

LOGITS, PROBABILITIES = "logits", "probabilities"
INPUT_TYPES = (
    "float16", "bfloat16", "float32", "float64",
    "uint8", "uint16", "uint32", "uint64", "int16", "int32", "int64",
)  # fmt: skip
"""What types of images a model may take: those that hold 0 to 255."""


@dataclass(frozen=True, slots=True)
class BuiltNetwork:
    """What the Python function `builder` makes of (depth, width, resolution, classes)."""

    name: str
    builder: str
    """package.module:function, taking (depth, width, resolution, classes)."""
    resolution: int
    """Pixels a side of the square input."""
    classes: int
    depth: float = 1.0
    width: float = 1.0
    input_channels: int = 3
    """Those of the model's input."""
    source: tuple[tuple[str, str], ...] = ()
    """What the function's networks come from, so that results of another version are not mixed in:
    (file, hash) of its modules and of what they read, (package, version) of what they import."""
    input_dtype: str = "float32"
    """What type of images the model takes."""
    low: float = -1.0
    """What black is to the model."""
    high: float = 1.0
    """What white is to the model."""
    outputs: str = LOGITS
    """logits or probabilities."""

    @property
    def call(self) -> str:
        """The call that builds it, such as "mynet:build(depth=1, width=2, ...)"."""
        values = f"depth={self.depth:g}, width={self.width:g}, resolution={self.resolution}"
        return f"{self.builder}({values}, classes={self.classes})"

    @property
    def repeats(self) -> tuple[int, ...]:
        """None that is known: only the function knows its blocks."""
        return ()

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit for JSON; `from_json` makes the same network of them."""
        return {**asdict(self), "source": dict(self.source)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "BuiltNetwork":
        """The network of values that `to_json` made (trusted: nothing is checked)."""
        return cls(**{**values, "source": tuple(sorted(values.get("source", {}).items()))})


AnyNetwork: TypeAlias = Network | BuiltNetwork
Counter = Callable[[BuiltNetwork], Cost]
"""Exact counts of what the function builds; equal networks are built once."""


def network_from_json(values: dict[str, Any]) -> AnyNetwork:
    """The table or the function's network that `to_json` made these values of."""
    return (BuiltNetwork if "builder" in values else Network).from_json(values)


def scaled(network: BuiltNetwork, by: Multipliers) -> BuiltNetwork:
    """The network of the formula; resolution goes to the nearest pixel."""
    return replace(
        network,
        depth=round(network.depth * by.depth, 6),
        width=round(network.width * by.width, 6),
        resolution=nearest(network.resolution * by.resolution),
    )


def check_buildable(network: BuiltNetwork, by: Multipliers, what: str) -> None:
    """Raise ScaleSearchError where the scaled network is too large or small to ask a function for.

    `what` says where, such as "at phi 60".
    """
    pixels = network.resolution * by.resolution
    if not 1 <= pixels <= RESOLUTION:
        raise ScaleSearchError(
            f"{network.builder} {what} would be of {pixels:,.6g} pixels a side. There must be at "
            f"least 1 and at most {RESOLUTION:,}."
        )
    for dimension, factor in (("deep", by.depth), ("wide", by.width)):
        if factor > MULTIPLIER:
            raise ScaleSearchError(
                f"{network.builder} {what} would be {factor:,.6g} times as {dimension}. At most "
                f"{MULTIPLIER:g} times can be asked for."
            )
