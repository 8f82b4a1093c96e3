"""Why EfficientNet-B1 to B7 are not phi = 1 to 7 of the formula."""

import math
from dataclasses import dataclass

from scalesearch.core.budget import Target, at_target
from scalesearch.core.multipliers import PAPER, Multipliers
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.official import official_row
from scalesearch.core.scaling import Scaling, as_published, by_formula


@dataclass(frozen=True, slots=True)
class Explanation:
    """A published network, the phi that each of its multipliers implies, and the formula's."""

    published: Scaling
    implied: Multipliers
    """log(multiplier) / log(coefficient): three different phis, where the formula has one."""
    formula: Scaling
    """The formula's network at the phi that the name suggests: 3 for b3."""
    nearest: Scaling
    """The formula's network whose counted MACs are nearest to the published network's."""


def explain(baseline: TableNetwork, name: str) -> Explanation:
    """Set the published network of that name beside the formula with the paper's coefficients.

    Raises ScaleSearchError as `official_row` does.
    """
    short, _ = official_row(baseline, name)
    published = as_published(baseline, name)
    by = published.by
    return Explanation(
        published=published,
        implied=Multipliers(
            math.log(by.depth) / math.log(PAPER.alpha),
            math.log(by.width) / math.log(PAPER.beta),
            math.log(by.resolution) / math.log(PAPER.gamma),
        ),
        formula=by_formula(baseline, PAPER, float(short.removeprefix("b"))),
        nearest=at_target(baseline, PAPER, Target("macs", published.realised.cost.macs)),
    )
