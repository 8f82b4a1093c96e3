"""A scaled network as it is written and shown: provenance, JSON, text."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scalesearch.cli.render import facts, table
from scalesearch.cli.stages import network_json, stage_table
from scalesearch.core.budget import Target
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.quantities import quantity, ratio, several
from scalesearch.core.scaling import Scaled, at_equal_cost, formula_below
from scalesearch.errors import ScaleSearchError
from scalesearch.experiments.coefficient_sources import Source

if TYPE_CHECKING:
    from scalesearch.core.explanation import Explanation


class Asked(NamedTuple):
    """What one call of `scale` was asked for, the same for all of its networks."""

    baseline: TableNetwork
    source: Source
    target: Target | None = None
    explanation: "Explanation | None" = None


def provenance(scaled: Scaled, asked: Asked) -> dict[str, Any]:
    """Plain values for the written file, so that it says where it comes from."""
    source, target = asked.source, asked.target
    return {
        "baseline": asked.baseline.name,
        "coefficients": source.study or source.strategy or source.kind,
        **({"target": {target.figure: target.count}} if target else {}),
        **_asked(scaled),
        "multipliers": {
            "depth": round(scaled.by.depth, 10),
            "width": round(scaled.by.width, 10),
            "resolution": round(scaled.by.resolution, 10),
        },
        "nominal_ratio": round(scaled.nominal, 10),
        "counted_ratio": round(scaled.realised.ratio, 10),
        **scaled.realised.cost._asdict(),
    }


def _asked(scaled: Scaled) -> dict[str, float | None]:
    coefficients = scaled.coefficients
    return {
        "phi": scaled.phi,
        "alpha": coefficients.alpha if coefficients else None,
        "beta": coefficients.beta if coefficients else None,
        "gamma": coefficients.gamma if coefficients else None,
    }


def scaled_json(scaled: Scaled, path: Path, asked: Asked) -> dict[str, Any]:
    """The document of `scale --json`.

    `miss` is a fraction of the target, positive above it; `undershoot` of the baseline's cost.
    """
    rounded = formula_below(asked.baseline, scaled)
    source, target, explanation = asked.source, asked.target, asked.explanation
    shares = scaled.realised.shares
    return {
        **_asked(scaled),
        "depth": scaled.by.depth,
        "width": scaled.by.width,
        **network_json(scaled.network),
        "nominal_ratio": scaled.nominal,
        "counted_ratio": scaled.realised.ratio,
        "realised_shares": shares
        and {"depth": shares.depth, "width": shares.width, "resolution": shares.resolution},
        "undershoot": rounded and rounded.realised.ratio - rounded.nominal,
        "baseline": asked.baseline.name,
        "source": source.kind,
        "study": source.study,
        "strategy": source.strategy,
        "target": target and {target.figure: target.count},
        "miss": target and target.miss(scaled.realised.cost),
        "explain": explanation and _explain_json(explanation),
        "path": str(path),
    }


def _explain_json(explanation: "Explanation") -> dict[str, Any]:
    from scalesearch.cli.explained import explain_json  # not at the start of every other scaling

    return explain_json(explanation)


def scaled_text(scaled: Scaled, path: Path, asked: Asked) -> str:
    """The stages, then a line a fact."""
    baseline = asked.baseline
    network, by, counted = scaled.network, scaled.by, scaled.realised.cost
    blocks = f"{sum(baseline.repeats)} -> {sum(network.repeats)} blocks"
    lines = [
        *_coefficient_lines(scaled, asked.source),
        *_target_lines(scaled, asked.target),
        ("depth", f"x {ratio(by.depth)}  {blocks}"),
        ("width", f"x {ratio(by.width)}"),
        (
            "resolution",
            f"x {ratio(by.resolution)}  {baseline.resolution} -> {network.resolution} px",
        ),
        ("dropout", f"{network.dropout:g}"),
        ("MACs", f"{quantity(counted.macs, 'G')}  ({counted.macs:,})"),
        ("parameters", f"{quantity(counted.params, 'M')}  ({counted.params:,})"),
        ("activations", f"{quantity(counted.acts, 'M')}  ({counted.acts:,})"),
        (
            "cost",
            f"x {ratio(scaled.realised.ratio)} as counted, "
            f"x {ratio(scaled.nominal)} by the formula",
        ),
        *_saving_lines(scaled, baseline),
        ("written", str(path)),
    ]
    return f"{network.name}\n\n{stage_table(network)}\n\n{facts(lines)}"


def _coefficient_lines(scaled: Scaled, source: Source) -> list[tuple[str, str]]:
    c = scaled.coefficients
    if c is None:
        return [("multipliers", source.words)]
    return [
        (
            "coefficients",
            f"alpha {c.alpha:.4g}, beta {c.beta:.4g}, gamma {c.gamma:.4g}\n{source.words}",
        )
    ]


def _target_lines(scaled: Scaled, target: Target | None) -> list[tuple[str, str]]:
    if target is None:
        return []
    counted = scaled.realised.cost
    return [
        ("target", f"{target}: {_missed(target.miss(counted))} ({target.of(counted):,})"),
        ("phi", f"{scaled.phi:.12g}"),
    ]


def _missed(miss: float) -> str:
    """Such as "missed by 0.51 %, above it"."""
    if miss == 0:
        return "met exactly"
    digits = f"{100 * abs(miss):.2g}" if abs(miss) < 0.1 else f"{100 * abs(miss):.0f}"
    return f"missed by {digits} %, {'above' if miss > 0 else 'below'} it"


def _saving_lines(scaled: Scaled, baseline: TableNetwork) -> list[tuple[str, str]]:
    """For a network scaled down: what the formula saves, and how far its rounding undershoots."""
    rounded = _saver(scaled, baseline)
    if rounded is None:
        return []
    exact, kept = sum(baseline.repeats) * rounded.by.depth, sum(rounded.network.repeats)
    lines = [_saving(rounded)]
    if kept > exact + 0.5:
        lines.append(f"({kept} blocks where the formula asks for {exact:.1f})")
    if scaled.network.stages != rounded.network.stages:
        lines.insert(0, f"{1 - scaled.realised.ratio:.0%} of the cost")
    elif _equal_cost_meets(rounded, baseline):
        lines.append("--equal-cost meets 2^phi")
    return [("saving", "\n".join(lines))]


def _saver(scaled: Scaled, baseline: TableNetwork) -> Scaled | None:
    """The formula's network of a negative phi, where the formula says that it costs less."""
    rounded = formula_below(baseline, scaled)
    return rounded if rounded and rounded.nominal < 1 else None


def _equal_cost_meets(rounded: Scaled, baseline: TableNetwork) -> bool:
    assert rounded.coefficients is not None
    assert rounded.phi is not None
    try:
        at_equal_cost(baseline, rounded.coefficients, rounded.phi)
    except ScaleSearchError:
        return False
    return True


def _saving(rounded: Scaled) -> str:
    saved = round(100 * (1 - rounded.realised.ratio))
    off = rounded.realised.ratio - rounded.nominal
    points = several(round(100 * abs(off)), "point")
    shoot = f"{points} {'under' if off > 0 else 'over'}shoot"
    by_formula = f"{1 - rounded.nominal:.0%} by the formula"
    if saved < 0:
        return f"{by_formula}, but with its rounding it costs {-saved}% more:\n{shoot}"
    return f"{by_formula}, {saved}% with its rounding: {shoot}"


def family_text(networks: list[Scaled], paths: list[Path], asked: Asked) -> str:
    """A row a network, then a line a fact."""
    rows = [
        [
            f"{scaled.phi:g}",
            ratio(scaled.by.depth),
            ratio(scaled.by.width),
            str(scaled.network.resolution),
            str(sum(scaled.network.repeats)),
            f"{scaled.network.dropout:g}",
            quantity(scaled.realised.cost.macs, "G"),
            quantity(scaled.realised.cost.params, "M"),
            quantity(scaled.realised.cost.acts, "M"),
            ratio(scaled.realised.ratio),
            ratio(scaled.nominal),
        ]
        for scaled in networks
    ]
    headings = (
        "phi", "depth", "width", "px", "blocks", "drop", "MACs", "params", "acts", "cost",
        "nominal",
    )  # fmt: skip
    written = "\n".join(map(str, paths))
    lines = [
        *_coefficient_lines(networks[0], asked.source),
        ("drop", "dropout rate before the classifier"),
        ("cost", "MACs over the baseline's as counted; nominal is the formula's"),
        *(
            ("saving", f"phi {scaled.phi:g}:\n{_saving(rounded)}")
            for scaled in networks
            if (rounded := _saver(scaled, asked.baseline))
        ),
        ("written", written),
    ]
    return f"{table(headings, rows)}\n\n{facts(lines)}"
