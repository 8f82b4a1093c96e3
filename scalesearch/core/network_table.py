"""A ConvNet as a table: one stage a row. A baseline and its scaled forms are the same type."""

from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from scalesearch.core.architecture import Architecture, Rounding, Stage
from scalesearch.core.blocks import Conv, blocks
from scalesearch.core.cost import Cost, cost
from scalesearch.core.footprint import Footprint, footprint
from scalesearch.core.limits import check
from scalesearch.core.multipliers import Multipliers, dropout_at, scale, with_sizes
from scalesearch.core.networks import Realised
from scalesearch.core.resolution import Resolution
from scalesearch.core.table_budget import TableBudget, describe


@dataclass(frozen=True, slots=True)
class TableNetwork(Architecture):
    """A `Network` that is a table.

    Invariant: nothing outside this value decides the expanded blocks or their cost.
    """

    @property
    def title(self) -> str:
        return self.name

    @property
    def blocks(self) -> int:
        """Blocks in all stages that depth scales."""
        return sum(self.repeats)

    @property
    def table(self) -> Self:
        return self

    @property
    def builder(self) -> str:
        return ""

    @property
    def arguments(self) -> Mapping[str, Any]:
        return {}

    @property
    def slow_to_count(self) -> bool:
        return False

    @property
    def cost(self) -> Cost:
        return cost(self)

    @property
    def key(self) -> Hashable:
        """All but the name."""
        return replace(self, name="")

    @property
    def balanced(self) -> Self:
        return replace(self, rounding=replace(self.rounding, repeats="balanced"))

    def at(self, depth: float = 1.0, width: float = 1.0, resolution: float = 1.0) -> Self:
        return scale(self, Multipliers(depth, width, resolution))

    def with_sizes(self, repeats: tuple[int, ...], width: float, resolution: Resolution) -> Self:
        """The network with these repeats and pixels, its widths multiplied and rounded."""
        return with_sizes(self, repeats, width, resolution)

    def resized(self, resolution: Resolution, classes: int | None = None) -> Self:
        return replace(self, resolution=resolution, classes=classes or self.classes)

    def named(self, name: str, phi: float | None = None) -> Self:
        dropout = self.dropout if phi is None else dropout_at(phi, self.dropout)
        return replace(self, name=name, dropout=dropout)

    def rounded_like(self, baseline: Self) -> Self:
        return replace(self, rounding=baseline.rounding)

    def realise(self, by: Multipliers) -> Realised:
        return describe(self, scale(self, by), by.width)

    def realise_or_refused(self, by: Multipliers) -> Realised:
        """As `realise`: every table can be built."""
        return self.realise(by)

    def budget(self, ratio: float) -> TableBudget:
        return TableBudget(self, ratio)

    def check(self, by: Multipliers, what: str) -> None:
        check(self, by, what)

    def footprint(self, batch: int) -> Footprint:
        return footprint(self, batch)

    @property
    def statistics(self) -> int:
        return sum(
            2 * layer.outputs
            for block in blocks(self)
            for layer in block.all_layers
            if isinstance(layer, Conv) and layer.norm
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit for JSON; `from_json` makes the same network of them."""
        values = asdict(self) | {"resolution": self.resolution.to_json()}
        for name in ("pixels", "proportions"):  # as it was before there were these
            if getattr(self.rounding, name) == getattr(Rounding(), name):
                del values["rounding"][name]
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The network of values that `to_json` made (trusted: nothing is checked)."""
        stages = tuple(Stage(**stage) for stage in values["stages"])
        rounding = Rounding(**values["rounding"])
        rounding = replace(rounding, proportions=tuple(rounding.proportions))  # a list in JSON
        return cls(**{**values, "stages": stages, "rounding": rounding})
