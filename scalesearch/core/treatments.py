"""How one training of a study differs from the study's recipe."""

from dataclasses import dataclass

from scalesearch.core.resolution import Resolution


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done otherwise than the recipe says; by default nothing."""

    epochs: int | None = None
    """Of the whole training, with a schedule of its own; None for the recipe's."""
    rate: float = 1.0
    """Times the recipe's learning rate."""
    informed: Resolution | None = None
    """What images are shrunk to before they are enlarged to the network's own resolution, so that
    they hold no more information; None where they are not."""

    @property
    def is_control(self) -> bool:
        """Whether more than the length differs."""
        return self.rate != 1 or self.informed is not None

    @property
    def words(self) -> str:
        """What a name says of it, such as ", 3 epochs"; nothing where nothing differs."""
        parts = []
        if self.epochs is not None:
            parts.append(f"{self.epochs} epoch{'s' * (self.epochs != 1)}")
        if self.rate != 1:
            parts.append(f"learning rate x{self.rate:g}")
        if self.informed is not None:
            parts.append(f"images of {self.informed} px enlarged")
        return "".join(f", {part}" for part in parts)


PLAIN = Treatment()
"""By the recipe."""
