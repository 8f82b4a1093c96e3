"""What is shown of a scaling, dimension by dimension, and the published table by the formula."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scalesearch.cli.render import table
from scalesearch.core.multipliers import PAPER
from scalesearch.core.quantities import quantity, ratio
from scalesearch.core.scaling import Scaling
from scalesearch.experiments.network_kinds import kind_of

if TYPE_CHECKING:
    from scalesearch.core.explanation import Explanation

ROWS: tuple[tuple[str, Callable[[Scaling], str]], ...] = (
    ("depth", lambda each: f"x {ratio(each.by.depth)}"),
    ("width", lambda each: f"x {ratio(each.by.width)}"),
    ("resolution", lambda each: f"x {ratio(each.by.resolution)}"),
    ("pixels", lambda each: str(each.network.resolution)),
    ("blocks", lambda each: str(each.network.blocks)),
    ("dropout", lambda each: f"{kind_of(each.network).document(each.network)['dropout']:g}"),
    ("MACs", lambda each: quantity(each.realised.cost.macs, "G")),
    ("parameters", lambda each: quantity(each.realised.cost.params, "M")),
    ("activations", lambda each: quantity(each.realised.cost.acts, "M")),
    ("cost, counted", lambda each: f"x {ratio(each.realised.ratio)}"),
    ("cost, formula", lambda each: f"x {ratio(each.nominal)}"),
)


def explanation_text(explanation: "Explanation") -> str:
    """A row a dimension or cost, a column a network, then what the formula is."""
    published, implied = explanation.published, explanation.implied
    phis = [f"{phi + 0.0:.2f}" for phi in (implied.depth, implied.width, implied.resolution)]
    networks = (published, explanation.formula, explanation.nearest)
    rows = [
        [name, show(published), phi, *(show(each) for each in networks[1:])]
        for (name, show), phi in zip(ROWS, [*phis, *[""] * len(ROWS)], strict=False)
    ]
    headings = (
        "", "published", "implies phi",
        *(f"phi {each.phi:.4g}" for each in networks[1:]),
    )  # fmt: skip
    return "\n".join([_title(explanation, phis), "", table(headings, rows, left=("",)), "", _WORDS])


def _title(explanation: "Explanation", phis: list[str]) -> str:
    name = explanation.published.network.name
    if len(set(phis)) == 1:
        return f"{name} is phi {explanation.formula.phi:g}: it is the baseline"
    low, high = min(phis, key=float), max(phis, key=float)
    return f"{name} is not phi {explanation.formula.phi:g}: its multipliers imply {low} to {high}"


_POWERS = ", ".join(f"{each:g}^phi" for each in (PAPER.alpha, PAPER.beta, PAPER.gamma))
_WORDS = f"""\
By the formula one phi gives all three multipliers: {_POWERS}.
The published table was rounded by hand. The last column is the formula's
network nearest to the published one in MACs."""
