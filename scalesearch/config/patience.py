"""What a search bears before it gives up, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How failed trainings are dealt with. None of it changes what a training comes out as."""

    retries: int = 1
    """How often a training that failed is tried again before it is recorded as failed."""
    hangs_after: float = 600.0
    """Seconds without a step after which a training counts as hanging, and has failed."""
    most_failed: float = 0.5
    """Share of a phase's trainings, from 0 to 1; if more have failed, the search stops."""


USUAL = Patience()
