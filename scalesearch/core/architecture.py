"""An architecture as a table of values: one stage a row, the input, the classifier."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

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
    pixels: int = 1
    """At equal cost the longer side of a scaled input is a multiple of this many pixels."""
    proportions: tuple[int, ...] = ()
    """Balanced repeats spread blocks over the stages in these proportions; none for those of the
    network itself. A proxy has its full-size network's: of one block a stage nothing could be
    told."""


class Style(NamedTuple):
    """What all layers of a network have in common."""

    activation: str = "swish"
    padding: Padding = "same"
    conv_bias: bool = False


@dataclass(frozen=True, slots=True)
class Architecture:
    """All values of a table. What can be asked of it as a network is in `TableNetwork`.

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

    @property
    def pixel_step(self) -> int:
        """At equal cost the longer side of what is scaled is a multiple of so many pixels."""
        return self.rounding.pixels

    @property
    def proportions(self) -> tuple[int, ...]:
        """Those in which balanced repeats spread blocks over these stages."""
        return self.rounding.proportions or self.repeats
