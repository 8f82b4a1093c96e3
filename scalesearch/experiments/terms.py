"""What only one kind of study is asked for."""

from dataclasses import dataclass

from scalesearch.core.multipliers import Coefficients
from scalesearch.core.resolution import Resolution


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """Of a search over candidates that share one budget."""

    phi: float
    """Candidates cost 2^phi times the baseline."""
    literal: bool
    """Whether they are the formula's networks with their rounding, at whatever cost."""


@dataclass(frozen=True, slots=True)
class ComparisonTerms:
    """Of a comparison of compound scaling with one dimension alone."""

    costs: tuple[float, ...]
    """Counted MACs of the arms, as multiples of the baseline's."""
    coefficients: Coefficients
    """What the compound arms scale by."""
    source: str
    """Where those come from: paper, study or options."""
    source_words: str
    """The same for a person."""
    own_resolution: Resolution
    """Of the baseline's proxy by the profile as it stands; arms may miss their cost there."""
    classes: tuple[str, ...] = ()
    """What the classes are called."""


@dataclass(frozen=True, slots=True)
class SweepTerms:
    """Of a sweep along lines."""

    by_pairs: bool
    """Width at fixed pairs of depth and resolution, rather than one dimension at a time."""
