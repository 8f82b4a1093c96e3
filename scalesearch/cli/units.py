"""The unit in which `cost` shows multiplications: MACs, or FLOPs as twice as many."""

from dataclasses import dataclass
from enum import StrEnum

import typer

from scalesearch.core.plain_text import short
from scalesearch.core.quantities import quantity
from scalesearch.core.spelling import suggestion


@dataclass(frozen=True, slots=True)
class Unit:
    """What is shown, and how many of it one multiply-accumulate is."""

    label: str
    each: int

    def fact(self, macs: int) -> tuple[str, str]:
        """The line that tells a whole network's."""
        count = self.each * macs
        return self.label, f"{quantity(count, 'G' if count >= 1e6 else '')}  ({count:,})"

    def cell(self, macs: int) -> str:
        """A cell of a table, in millions if it is any part of one."""
        count = self.each * macs
        return quantity(count, "M" if count >= 1e3 else "")


MACS = Unit("MACs", 1)
FLOPS = Unit("FLOPs", 2)


class UnitName(StrEnum):
    """What --unit takes."""

    MACS = "macs"
    FLOPS = "flops"

    @property
    def unit(self) -> Unit:
        return FLOPS if self is UnitName.FLOPS else MACS


def unit_name(text: str) -> UnitName:
    """What --unit says, or typer.BadParameter."""
    known = [each.value for each in UnitName]
    if text not in known:
        near = suggestion(text[:60], known)
        raise typer.BadParameter(f"must be {' or '.join(known)}. Got {short(text)!r}{near}.")
    return UnitName(text)
