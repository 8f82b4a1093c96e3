"""A network that a Python function builds, as a value: which function, and with what arguments.

What such a network costs only the built model says, so the value carries a function that counts.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from scalesearch.core.cost import Cost
from scalesearch.core.function_budget import FunctionBudget, describe
from scalesearch.core.limits import MULTIPLIER
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network, Realised
from scalesearch.core.realisation import or_refused
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
    counter: "Counter | None" = field(default=None, compare=False, repr=False)
    """What counts it exactly: needed for all that asks for a cost, and no part of the value."""

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
    def title(self) -> str:
        return self.builder

    @property
    def repeats(self) -> tuple[int, ...]:
        """None that is known: only the function knows its blocks."""
        return ()

    @property
    def blocks(self) -> None:
        return None

    @property
    def table(self) -> None:
        return None

    @property
    def slow_to_count(self) -> bool:
        return True

    @property
    def cost(self) -> Cost:
        assert self.counter is not None, f"{self.builder} was given no counter"
        return self.counter(self)

    @property
    def key(self) -> Hashable:
        """A function may build the same network for several arguments: what comes out counts."""
        return self.resolution, self.cost

    @property
    def balanced(self) -> Self:
        """Itself: its rule is its own."""
        return self

    def at(self, depth: float = 1.0, width: float = 1.0, resolution: float = 1.0) -> Self:
        return replace(
            self,
            depth=round(self.depth * depth, 6),
            width=round(self.width * width, 6),
            resolution=self.resolution.scaled(resolution),
        )

    def resized(self, resolution: Resolution, classes: int | None = None) -> Self:
        return replace(self, resolution=resolution, classes=classes or self.classes)

    def named(self, name: str, phi: float | None = None) -> Self:
        """What it drops is the function's own."""
        return replace(self, name=name)

    def rounded_like(self, baseline: Self) -> Self:
        """Itself: its rule is its own."""
        return self

    def realise(self, by: Multipliers) -> Realised:
        return describe(self, by)

    def realise_or_refused(self, by: Multipliers) -> Realised:
        return or_refused(self, by, lambda: describe(self, by))

    def budget(self, ratio: float) -> FunctionBudget:
        return FunctionBudget(self, ratio)

    def check(self, by: Multipliers, what: str) -> None:
        """Raise ScaleSearchError where it is too large or small to ask a function for."""
        for side in (self.resolution.longer, self.resolution.shorter):
            pixels = side * by.resolution
            if not 1 <= pixels <= RESOLUTION:
                raise ScaleSearchError(
                    f"{self.builder} {what} would be of {pixels:,.6g} pixels a side. There must be "
                    f"at least 1 and at most {RESOLUTION:,}."
                )
        for dimension, factor in (("deep", by.depth), ("wide", by.width)):
            if factor > MULTIPLIER:
                raise ScaleSearchError(
                    f"{self.builder} {what} would be {factor:,.6g} times as {dimension}. At most "
                    f"{MULTIPLIER:g} times can be asked for."
                )

    def footprint(self, batch: int) -> None:
        """Unknown: only the model has layers."""

    @property
    def statistics(self) -> None:
        return None

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit for JSON; `from_json` makes the same network of them."""
        plain = {each: getattr(self, each) for each in STORED}
        return plain | {"resolution": self.resolution.to_json(), "source": dict(self.source)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The network of values that `to_json` made (trusted: nothing is checked)."""
        return cls(**{**values, "source": tuple(sorted(values.get("source", {}).items()))})


Counter = Callable[[FunctionNetwork], Cost]
"""Exact counts of what the function builds; equal networks are built once."""

STORED = tuple(each.name for each in fields(FunctionNetwork) if each.name != "counter")
"""What JSON holds of such a network, by name."""


def network_from_json(values: dict[str, Any]) -> Network:
    """The table or the function's network that `to_json` made these values of."""
    kind = FunctionNetwork if "builder" in values else TableNetwork
    return kind.from_json(values)
