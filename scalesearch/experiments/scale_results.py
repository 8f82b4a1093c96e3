"""Networks scaled to a budget: what was asked, what came of it, and the file that it is kept in."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.config.network_files import was_scaled
from scalesearch.core.budget import Target
from scalesearch.core.cost import Cost
from scalesearch.core.networks import Network
from scalesearch.core.scaling import Scaling, formula_below
from scalesearch.errors import ConfigError, parameter
from scalesearch.experiments.coefficient_sources import Source
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.parameter_names import told_as

if TYPE_CHECKING:
    from scalesearch.core.explanation import Explanation


@dataclass(frozen=True, slots=True)
class Scaled:
    """A network scaled from a baseline, and what it was scaled by."""

    baseline: Network
    scaling: Scaling
    source: Source
    """Where its coefficients come from."""
    target: Target | None = None
    """The budget that phi was solved for, if it was."""
    explanation: "Explanation | None" = None
    """Of a published network: the formula's networks beside it."""

    @property
    def network(self) -> Network:
        """The scaled network, which is a baseline again."""
        return self.scaling.network

    @property
    def cost(self) -> Cost:
        """Its macs, params and acts for one image."""
        return self.scaling.realised.cost

    @property
    def phi(self) -> float | None:
        """The phi that was asked for or solved; None of a published network."""
        return self.scaling.phi

    @property
    def undershoot(self) -> float | None:
        """How much dearer the formula's rounding makes a smaller network, of the baseline's cost.

        None where phi is not negative.
        """
        rounded = formula_below(self.baseline, self.scaling)
        return None if rounded is None else rounded.realised.ratio - rounded.nominal

    @property
    def asked(self) -> dict[str, float | None]:
        """phi, alpha, beta and gamma by name; None of a published network."""
        c = self.scaling.coefficients
        alpha, beta, gamma = (c.alpha, c.beta, c.gamma) if c else (None, None, None)
        return {"phi": self.phi, "alpha": alpha, "beta": beta, "gamma": gamma}

    def to_json(self) -> dict[str, Any]:
        """The document that `scale` gives, as plain values fit for JSON.

        `miss` is a fraction of the target, positive above it; `undershoot` of the baseline's cost.
        """
        target, realised, by = self.target, self.scaling.realised, self.scaling.by
        shares = realised.shares
        return {
            **self.asked,
            "depth": by.depth,
            "width": by.width,
            **kind_of(self.network).document(self.network),
            "nominal_ratio": self.scaling.nominal,
            "counted_ratio": realised.ratio,
            "realised_shares": shares
            and {"depth": shares.depth, "width": shares.width, "resolution": shares.resolution},
            "undershoot": self.undershoot,
            "baseline": self.baseline.name,
            "source": self.source.kind,
            "study": self.source.study,
            "strategy": self.source.strategy,
            "target": target and {target.figure: target.count},
            "miss": target and target.miss(self.cost),
            "explain": self.explanation and _explain_json(self.explanation),
        }

    @told_as({"out": "path"})
    def write(self, path: Path | str) -> Path:
        """Write the network as a YAML table, or as the function and its sizes; `load` reads it.

        The file says under `scaled_from` where it comes from. Raises ConfigError where it cannot be
        written, or is one that was not made by scaling.
        """
        path = Path(path)
        refuse_foreign(path)
        kind_of(self.network).write(self.network, path, self._provenance())
        return path

    def _provenance(self) -> dict[str, Any]:
        source, target, by = self.source, self.target, self.scaling.by
        return {
            "baseline": self.baseline.name,
            "coefficients": source.study or source.strategy or source.kind,
            **({"target": {target.figure: target.count}} if target else {}),
            **self.asked,
            "multipliers": {
                "depth": round(by.depth, 10),
                "width": round(by.width, 10),
                "resolution": round(by.resolution, 10),
            },
            "nominal_ratio": round(self.scaling.nominal, 10),
            "counted_ratio": round(self.scaling.realised.ratio, 10),
            **self.cost._asdict(),
        }


def refuse_foreign(path: Path, baseline: Path | None = None) -> None:
    """Raise ConfigError where a file at `path` was not written by scaling, or is the baseline."""
    if not path.exists():
        return
    same = baseline is not None and baseline.exists() and path.samefile(baseline)
    if same or not was_scaled(path):
        raise ConfigError(
            f"{path} was not written by `scalesearch scale`, so it is left alone.",
            remedy=f"Give another {parameter('out')}.",
        )


def _explain_json(explanation: "Explanation") -> dict[str, Any]:
    """The document's `explain`: `formula` is at the phi of the name, `nearest` nearest in MACs."""
    from scalesearch.core.multipliers import PAPER

    implied = explanation.implied
    return {
        "alpha": PAPER.alpha,
        "beta": PAPER.beta,
        "gamma": PAPER.gamma,
        "implied_phi": {
            "depth": implied.depth,
            "width": implied.width,
            "resolution": implied.resolution,
        },
        "formula": _formula_json(explanation.formula),
        "nearest": _formula_json(explanation.nearest),
    }


def _formula_json(scaling: Scaling) -> dict[str, Any]:
    return {
        "phi": scaling.phi,
        "depth": scaling.by.depth,
        "width": scaling.by.width,
        **kind_of(scaling.network).document(scaling.network),
        "nominal_ratio": scaling.nominal,
        "counted_ratio": scaling.realised.ratio,
    }
