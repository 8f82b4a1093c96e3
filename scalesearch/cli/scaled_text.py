"""Scaled networks as text: one with its stages and facts, or several as a table."""

from collections.abc import Sequence
from pathlib import Path

from scalesearch.cli.explanation_text import ROWS, explanation_text
from scalesearch.cli.network_text import count_lines, network_text, stage_table
from scalesearch.cli.render import facts, table
from scalesearch.core.networks import Network
from scalesearch.core.quantities import quantity, ratio, several
from scalesearch.core.scaling import Scaling, at_equal_cost, formula_below
from scalesearch.errors import ScaleSearchError
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.scale_results import Scaled

Fact = tuple[str, str]


def scaled_text(scaled: Sequence[Scaled], paths: Sequence[Path]) -> str:
    """All that was scaled from one baseline, each of which is written to its path."""
    if scaled[0].network.blocks is None:
        return "\n\n".join(map(_function_text, scaled, paths))
    if len(scaled) > 1:
        return _family_text(scaled, paths)
    text = _table_text(scaled[0], paths[0])
    explanation = scaled[0].explanation
    return f"{text}\n\n{explanation_text(explanation)}" if explanation else text


def _function_text(scaled: Scaled, path: Path) -> str:
    """The layers by their kinds, then a line a fact."""
    c = scaled.scaling.coefficients
    assert c is not None, "a function has no published networks"
    more = [
        ("coefficients", f"{c.alpha:.4g}, {c.beta:.4g}, {c.gamma:.4g}: {scaled.source.words}"),
        _cost_line(scaled.scaling),
        ("written", str(path)),
    ]
    return network_text(kind_of(scaled.network).document(scaled.network), more)


def _table_text(scaled: Scaled, path: Path) -> str:
    """The stages, then a line a fact."""
    baseline, scaling, by = scaled.baseline, scaled.scaling, scaled.scaling.by
    answer = kind_of(scaled.network).document(scaled.network)
    lines = [
        *_coefficient_lines(scaled),
        *_target_lines(scaled),
        ("depth", f"x {ratio(by.depth)}  {baseline.blocks} -> {scaled.network.blocks} blocks"),
        ("width", f"x {ratio(by.width)}"),
        (
            "resolution",
            f"x {ratio(by.resolution)}  {baseline.resolution} -> {scaled.network.resolution} px",
        ),
        ("dropout", f"{answer['dropout']:g}"),
        *_full_counts(answer),
        _cost_line(scaling),
        *_saving_lines(scaling, baseline),
        ("written", str(path)),
    ]
    return f"{scaled.network.name}\n\n{stage_table(answer['stages'])}\n\n{facts(lines)}"


def _full_counts(answer: dict[str, int]) -> list[Fact]:
    _, *others = count_lines(answer)
    return [("MACs", f"{quantity(answer['macs'], 'G')}  ({answer['macs']:,})"), *others]


def _cost_line(scaling: Scaling) -> Fact:
    counted, nominal = ratio(scaling.realised.ratio), ratio(scaling.nominal)
    return "cost", f"x {counted} as counted, x {nominal} by the formula"


def _coefficient_lines(scaled: Scaled) -> list[Fact]:
    c, words = scaled.scaling.coefficients, scaled.source.words
    if c is None:
        return [("multipliers", words)]
    return [
        ("coefficients", f"alpha {c.alpha:.4g}, beta {c.beta:.4g}, gamma {c.gamma:.4g}\n{words}")
    ]


def _target_lines(scaled: Scaled) -> list[Fact]:
    target, counted = scaled.target, scaled.cost
    if target is None:
        return []
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


def _saving_lines(scaling: Scaling, baseline: Network) -> list[Fact]:
    """For a network scaled down: what the formula saves, and how far its rounding undershoots."""
    rounded = _saver(scaling, baseline)
    if rounded is None:
        return []
    exact, kept = (baseline.blocks or 0) * rounded.by.depth, rounded.network.blocks or 0
    lines = [_saving(rounded)]
    if kept > exact + 0.5:
        lines.append(f"({kept} blocks where the formula asks for {exact:.1f})")
    if scaling.network.named("") != rounded.network.named(""):
        lines.insert(0, f"{1 - scaling.realised.ratio:.0%} of the cost")
    elif _equal_cost_meets(rounded, baseline):
        lines.append("--equal-cost meets 2^phi")
    return [("saving", "\n".join(lines))]


def _saver(scaling: Scaling, baseline: Network) -> Scaling | None:
    """The formula's network of a negative phi, where the formula says that it costs less."""
    rounded = formula_below(baseline, scaling)
    return rounded if rounded and rounded.nominal < 1 else None


def _equal_cost_meets(rounded: Scaling, baseline: Network) -> bool:
    assert rounded.coefficients is not None
    assert rounded.phi is not None
    try:
        at_equal_cost(baseline, rounded.coefficients, rounded.phi)
    except ScaleSearchError:
        return False
    return True


def _saving(rounded: Scaling) -> str:
    saved = round(100 * (1 - rounded.realised.ratio))
    off = rounded.realised.ratio - rounded.nominal
    points = several(round(100 * abs(off)), "point")
    shoot = f"{points} {'under' if off > 0 else 'over'}shoot"
    by_formula = f"{1 - rounded.nominal:.0%} by the formula"
    if saved < 0:
        return f"{by_formula}, but with its rounding it costs {-saved}% more:\n{shoot}"
    return f"{by_formula}, {saved}% with its rounding: {shoot}"


def _family_text(scaled: Sequence[Scaled], paths: Sequence[Path]) -> str:
    """A row a network, then a line a fact."""
    names = ("depth", "width", "pixels", "blocks", "dropout", "MACs", "parameters", "activations")
    cells = [dict(ROWS)[name] for name in (*names, "cost, counted", "cost, formula")]
    rows = [
        [f"{each.phi:g}", *(cell(each.scaling).removeprefix("x ") for cell in cells)]
        for each in scaled
    ]
    headings = (
        "phi", "depth", "width", "px", "blocks", "drop", "MACs", "params", "acts", "cost",
        "nominal",
    )  # fmt: skip
    savers = [(each.phi, _saver(each.scaling, each.baseline)) for each in scaled]
    lines = [
        *_coefficient_lines(scaled[0]),
        ("drop", "dropout rate before the classifier"),
        ("cost", "MACs over the baseline's as counted; nominal is the formula's"),
        *(("saving", f"phi {phi:g}:\n{_saving(saver)}") for phi, saver in savers if saver),
        ("written", "\n".join(map(str, paths))),
    ]
    return f"{table(headings, rows)}\n\n{facts(lines)}"
