"""What every network can be asked, whether a table or a Python function says what it is."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from scalesearch.core.architecture import Architecture
from scalesearch.core.candidates import Shares
from scalesearch.core.cost import Cost
from scalesearch.core.footprint import Footprint
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.resolution import Resolution


class Network(Protocol):
    """A network that can be counted and scaled: a frozen value."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """What messages call it: a table's name, or the function."""

    @property
    def resolution(self) -> Resolution: ...

    @property
    def classes(self) -> int: ...

    @property
    def input_channels(self) -> int: ...

    @property
    def repeats(self) -> tuple[int, ...]:
        """Blocks of each stage that depth scales, in order; none where they are not known."""

    @property
    def blocks(self) -> int | None:
        """Blocks in all; None where only a function knows them."""

    @property
    def table(self) -> Architecture | None:
        """Its stages, a row each; None where only a function knows them."""

    @property
    def builder(self) -> str:
        """The function that builds it, as package.module:function; "" of a table."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What `builder` is called with: depth, width, resolution, classes; empty of a table."""

    @property
    def slow_to_count(self) -> bool:
        """Whether a model is built for each count, so that nothing is sought by counting many."""

    @property
    def cost(self) -> Cost:
        """Exact counts for one image.

        Raises BuildError where a function cannot build the network.
        """

    @property
    def key(self) -> Hashable:
        """What distinguishes networks: those of equal keys are trained once. Raises as `cost`."""

    @property
    def balanced(self) -> Self:
        """The network whose depth goes to the nearest number of blocks in all.

        A table's blocks are then spread over its stages; a function has a rule of its own.
        """

    def at(self, depth: float = 1.0, width: float = 1.0, resolution: float = 1.0) -> Self:
        """The formula's network at these multipliers, by its own rounding rules.

        Both sides of the resolution go to the nearest pixel.
        """

    def resized(self, resolution: Resolution, classes: int | None = None) -> Self:
        """The same network for images of this size, and for so many classes."""

    def named(self, name: str, phi: float | None = None) -> Self:
        """The same network under another name, and with the dropout that `phi` gives a table."""

    def rounded_like(self, baseline: Self) -> Self:
        """The same network; what is scaled from it is rounded by the baseline's rule."""

    def realise(self, by: Multipliers) -> "Realised":
        """The formula's network beside this one, whatever it costs. Raises as `cost`."""

    def realise_or_refused(self, by: Multipliers) -> "Realised":
        """As `realise`; where a function cannot build it, refused for the function's reason."""

    def budget(self, ratio: float) -> "Budget":
        """The networks that cost `ratio` times this one. Raises as `cost`."""

    def check(self, by: Multipliers, what: str) -> None:
        """Raise ScaleSearchError where the scaled network is too large or too small to count.

        `what` ends the message's first clause, such as "at phi 60".
        """

    def footprint(self, batch: int) -> Footprint | None:
        """What a training keeps of one image of a batch; None where only the model says it."""

    @property
    def statistics(self) -> int | None:
        """Moving statistics of its normalisations; None where only the model says it."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""


class Table(Network, Protocol):
    """A network whose blocks and pixels can be set one by one."""

    @property
    def blocks(self) -> int: ...

    @property
    def pixel_step(self) -> int:
        """At equal cost the longer side of what is scaled is a multiple of so many pixels."""

    @property
    def proportions(self) -> tuple[int, ...]:
        """Those in which blocks are spread over the stages."""

    def with_sizes(self, repeats: tuple[int, ...], width: float, resolution: Resolution) -> Self:
        """The network with these repeats and pixels, its widths multiplied and rounded."""


class Budget(Protocol):
    """All networks of one baseline at one counted cost."""

    def realise(self, asked: Shares) -> "Realised":
        """The network at this cost near to the shares `asked`; refused where the cost is off."""

    def nearest(self, asked: Shares, miss: Callable[[Cost], float]) -> "Realised":
        """Of a table's nearly as good as `realise`'s, the one whose `miss` is nearest to 0."""

    def alone(self, dimension: str) -> "Realised":
        """The one that differs from the baseline in depth, width or resolution alone.

        Refused where its cost is off.
        """


@dataclass(frozen=True, slots=True)
class Realised:
    """A network that can be built, and what it really is beside what was asked."""

    network: Network
    depth: float
    """Blocks over the baseline's blocks; of a function's network, the multiplier itself."""
    width: float
    resolution: float
    """Pixels over the baseline's, of the longer side."""
    cost: Cost
    ratio: float
    """Counted MACs over the baseline's."""
    shares: Shares | None
    """Realised shares of the budget; None where the network costs what the baseline does."""
    refused: str = ""
    """Why it cannot be used; empty where it can."""

    @property
    def counted(self) -> bool:
        """Whether there are counts: not of a network that its function cannot build."""
        return self.cost.macs > 0

    @property
    def blocks(self) -> int | None:
        """Blocks in all; None where only a function knows them."""
        return self.network.blocks

    @property
    def key(self) -> Hashable:
        """What distinguishes networks; one that cannot be built is like no other."""
        return self.network.key if self.counted else self.network
