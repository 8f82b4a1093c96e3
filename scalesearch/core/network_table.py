"""A ConvNet as a table: one stage a row. A baseline and its scaled forms are the same type."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple

from scalesearch.core.resolution import Resolution

Repeats = Literal["ceil", "round", "balanced"]
Padding = Literal["same", "symmetric"]


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
    """Output channels; 0 of a block that passes on those that come in (`max_pool`)."""
    repeats: int | None = None
    expand: float = 1.0
    se: float = 0.0
    """Squeeze-and-excitation width as a share of the block's input channels; 0 for none."""
    inner: float = 1.0
    """Width of a bottleneck's inner convolutions as a share of its output channels."""
    stride_first: bool = False
    """A bottleneck's stride is in its first 1x1 convolution rather than in its kernel."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How multipliers become whole numbers (defaults: the official EfficientNet code)."""

    channels: int = 8
    """Divisor of every scaled width."""
    repeats: Repeats = "ceil"
    fixed_stem: bool = False
    fixed_head: bool = False


class Style(NamedTuple):
    """What all layers of a network have in common."""

    activation: str = "swish"
    padding: Padding = "same"
    conv_bias: bool = False


@dataclass(frozen=True, slots=True)
class TableNetwork:
    """A complete architecture: stages, input, classifier.

    Invariant: nothing outside this value decides the expanded blocks or their cost.
    """

    name: str
    stages: tuple[Stage, ...]
    resolution: Resolution
    """Height and width of the input in pixels; a whole number given for it is a square's side."""
    classes: int
    input_channels: int = 3
    activation: str = "swish"
    dropout: float = 0.0
    drop_connect: float = 0.0
    """Drop-connect rate that deeper blocks come nearer to (see `blocks.drop_rates`)."""
    rounding: Rounding = Rounding()
    padding: Padding = "same"
    """How strided layers and pools are padded: as TensorFlow's 'same', or "symmetric", with
    kernel // 2 zeros on every side. Outputs have equal sizes: kernels are odd."""
    conv_bias: bool = False
    """Convolutions have a bias although they are normalised."""
    norm_epsilon: float = 1e-3
    """Added to the variance in batch normalisation."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "resolution", Resolution.of(self.resolution))

    @property
    def style(self) -> Style:
        return Style(self.activation, self.padding, self.conv_bias)

    @property
    def repeats(self) -> tuple[int, ...]:
        """Blocks of each stage that depth scales, in order."""
        return tuple(stage.repeats for stage in self.stages if stage.repeats is not None)

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit for JSON; `from_json` makes the same network of them.

        Options that came later than the first studies are left out at their defaults: a network
        that has none of them keeps its JSON, and a study its settings and hashes.
        """
        return _without_defaults(self) | {
            "stages": tuple(_without_defaults(stage) for stage in self.stages),
            "resolution": self.resolution.to_json(),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "TableNetwork":
        """The network of values that `to_json` made (trusted: nothing is checked)."""
        stages = tuple(Stage(**stage) for stage in values["stages"])
        return cls(**{**values, "stages": stages, "rounding": Rounding(**values["rounding"])})


_LATER: dict[type, tuple[str, ...]] = {
    TableNetwork: ("padding", "conv_bias", "norm_epsilon"),
    Stage: ("inner", "stride_first"),
}
"""Fields that tables of the first studies did not have."""


def unusual(value: TableNetwork | Stage) -> dict[str, Any]:
    """The options that came later, by name, where they are not at their defaults."""
    usual = {field.name: field.default for field in fields(value)}
    now = {name: getattr(value, name) for name in _LATER[type(value)]}
    return {name: option for name, option in now.items() if option != usual[name]}


def _without_defaults(value: TableNetwork | Stage) -> dict[str, Any]:
    kept = {name: part for name, part in asdict(value).items() if name not in _LATER[type(value)]}
    return kept | unusual(value)
