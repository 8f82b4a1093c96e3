"""A ConvNet as a table: one stage a row. A baseline and its scaled forms are the same type."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Repeats = Literal["ceil", "round", "balanced"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of the table.

    A stage with `repeats` is a sequence of that many blocks, the first with `stride`, which depth
    scaling lengthens. A stage without (`None`) is one layer that depth leaves alone: a stem or
    head. Input channels are derived from the row above, never stored.
    """

    block: str
    kernel: int
    stride: int
    channels: int
    repeats: int | None = None
    expand: float = 1.0
    se: float = 0.0
    """Squeeze-and-excitation width as a share of the block's input channels; 0 for none."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How multipliers become whole numbers (defaults: the official EfficientNet code)."""

    channels: int = 8
    """Divisor of every scaled width."""
    repeats: Repeats = "ceil"
    fixed_stem: bool = False
    fixed_head: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """A complete architecture: stages, input, classifier.

    Invariant: nothing outside this value decides the expanded blocks or their cost.
    """

    name: str
    stages: tuple[Stage, ...]
    resolution: int
    """Pixels a side of the square input."""
    classes: int
    input_channels: int = 3
    activation: str = "swish"
    dropout: float = 0.0
    drop_connect: float = 0.0
    """Drop-connect rate that deeper blocks come nearer to (see `blocks.drop_rates`)."""
    rounding: Rounding = Rounding()

    @property
    def repeats(self) -> tuple[int, ...]:
        """Blocks of each stage that depth scales, in order."""
        return tuple(stage.repeats for stage in self.stages if stage.repeats is not None)

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit for JSON; `from_json` makes the same network of them."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Network":
        """The network of values that `to_json` made (trusted: nothing is checked)."""
        stages = tuple(Stage(**stage) for stage in values["stages"])
        return cls(**{**values, "stages": stages, "rounding": Rounding(**values["rounding"])})
