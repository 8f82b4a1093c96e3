"""A network that a Python function builds, as a value: which function, and with what arguments.

It stands beside the table (`core/network.py`): a search scales either. What such a network costs
only the built model says, so everything here is handed a function that counts.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from scalesearch.core.cost import Cost
from scalesearch.core.limits import MULTIPLIER
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import RESOLUTION, Resolution
from scalesearch.errors import ScaleSearchError

LOGITS, PROBABILITIES = "logits", "probabilities"
INPUT_TYPES = (
    "float16", "bfloat16", "float32", "float64",
    "uint8", "uint16", "uint32", "uint64", "int16", "int32", "int64",
)  # fmt: skip
"""What types of images a model may take: those that hold 0 to 255."""


@dataclass(frozen=True, slots=True)
class FunctionNetwork:
    """What the Python function `builder` makes of (depth, width, resolution, classes)."""

    name: str
    builder: str
    """package.module:function, taking (depth, width, resolution, classes)."""
    resolution: Resolution
    """Height and width of the input in pixels; a whole number given for it is a square's side."""
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "resolution", Resolution.of(self.resolution))

    @property
    def arguments(self) -> dict[str, Any]:
        """What the function is called with: of a rectangle the pair (height, width)."""
        size = self.resolution
        return {
            "depth": self.depth,
            "width": self.width,
            "resolution": size.height if size.is_square else (size.height, size.width),
            "classes": self.classes,
        }

    @property
    def call(self) -> str:
        """The call that builds it, such as "mynet:build(depth=1, width=2, ...)"."""
        shown = (
            f"{name}={value:g}" if isinstance(value, int | float) else f"{name}={value}"
            for name, value in self.arguments.items()
        )
        return f"{self.builder}({', '.join(shown)})"

    @property
    def repeats(self) -> tuple[int, ...]:
        """None that is known: only the function knows its blocks."""
        return ()

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit for JSON; `from_json` makes the same network of them."""
        plain = {"resolution": self.resolution.to_json(), "source": dict(self.source)}
        return asdict(self) | plain

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "FunctionNetwork":
        """The network of values that `to_json` made (trusted: nothing is checked)."""
        return cls(**{**values, "source": tuple(sorted(values.get("source", {}).items()))})


Network: TypeAlias = TableNetwork | FunctionNetwork
Counter = Callable[[FunctionNetwork], Cost]
"""Exact counts of what the function builds; equal networks are built once."""


def network_from_json(values: dict[str, Any]) -> Network:
    """The table or the function's network that `to_json` made these values of."""
    return (FunctionNetwork if "builder" in values else TableNetwork).from_json(values)


def scaled(network: FunctionNetwork, by: Multipliers) -> FunctionNetwork:
    """The network of the formula; both sides of the resolution go to the nearest pixel."""
    return replace(
        network,
        depth=round(network.depth * by.depth, 6),
        width=round(network.width * by.width, 6),
        resolution=network.resolution.scaled(by.resolution),
    )


def check_buildable(network: FunctionNetwork, by: Multipliers, what: str) -> None:
    """Raise ScaleSearchError where the scaled network is too large or small to ask a function for.

    `what` says where, such as "at phi 60".
    """
    for side in (network.resolution.longer, network.resolution.shorter):
        pixels = side * by.resolution
        if not 1 <= pixels <= RESOLUTION:
            raise ScaleSearchError(
                f"{network.builder} {what} would be of {pixels:,.6g} pixels a side. There must be "
                f"at least 1 and at most {RESOLUTION:,}."
            )
    for dimension, factor in (("deep", by.depth), ("wide", by.width)):
        if factor > MULTIPLIER:
            raise ScaleSearchError(
                f"{network.builder} {what} would be {factor:,.6g} times as {dimension}. At most "
                f"{MULTIPLIER:g} times can be asked for."
            )
