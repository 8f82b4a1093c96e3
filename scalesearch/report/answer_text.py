"""A study's answer in words, from its coefficients.yaml as parsed: plain text, nothing escaped."""

import math
from collections.abc import Mapping
from typing import Any

from scalesearch.core.quantities import prose_quantity

# Numbers stay on one line with their units.
_SPACE = "\N{NO-BREAK SPACE}"
_OFF = f"{_SPACE}\N{PLUS-MINUS SIGN}{_SPACE}"


def joined(names: Any) -> str:
    """Candidate names as the trials have them: a list becomes one text."""
    return names if isinstance(names, str) else "; ".join(map(str, names))


def times(phi: float) -> str:
    """The cost at `phi` against the baseline's, in words."""
    ratio = 2.0**phi
    return {2.0: "twice", 1.0: "once", 0.5: "half"}.get(ratio, f"{ratio:.3g} times")


def percent(mean: float, std: float | None) -> str:
    """A mean accuracy (fraction) in %, with its standard deviation where there is one."""
    spread = "" if std is None or math.isnan(std) else f"{_OFF}{100 * std:.1f}"
    return f"{100 * mean:.1f}{_SPACE}%{spread}"


def answer(coefficients: Mapping[str, Any]) -> tuple[str, ...]:
    """Two paragraphs: what won and by how much, then what it is when built at full size."""
    c = coefficients
    seeds = "one seed" if c["seeds"] == 1 else f"{c['seeds']} seeds"
    power = "" if c["phi"] == 1 else f", each to the power of {c['phi']:g}"
    realised = c["realised"]
    repeats = realised["repeats"]
    repeats = repeats if isinstance(repeats, str) else "-".join(map(str, repeats))
    width = _of_baseline(f"{realised['width']:.3g}", "width")
    built = f"it has stages of {repeats} blocks"
    if repeats.startswith("x"):  # a Python function's network: only it knows its blocks
        built = f"it has {_of_baseline(repeats[1:], 'depth')}"
    return (
        f"To spend {times(c['phi'])} the cost of {c['baseline']}, scale depth by {c['alpha']:.3f}, "
        f"width by {c['beta']:.3f} and resolution by {c['gamma']:.3f}{power} "
        f"({joined(c['names'])}). Its proxy reached {percent(c['top1_mean'], c['top1_std'])} top-1 "
        f"on the validation split ({seeds}){_gain(c)}. {_field(c)}",
        f"Built at full size {built}, {width} "
        f"and {realised['resolution']} px: {prose_quantity(realised['macs'])} MACs "
        f"({realised['counted_ratio']:.2f} times the baseline's), "
        f"{prose_quantity(realised['params'])} parameters, "
        f"{prose_quantity(realised['acts'])} activations.",
    )


def _of_baseline(factor: str, what: str) -> str:
    times = "" if float(factor) == 1 else f"{factor} times "
    return f"{times}the baseline's {what}"


def _gain(c: Mapping[str, Any]) -> str:
    """The gain in percentage points, worked out anew so that no unit can be mistaken."""
    reference = c["baseline_top1_mean"]
    if reference is None:
        return "; the baseline was not trained to the end"
    gain = 100 * (c["top1_mean"] - reference)
    verdict = "more than" if gain >= 0 else "less than"
    baseline = percent(reference, c["baseline_top1_std"])
    return f": {abs(gain):.1f} points {verdict} the baseline's {baseline}"


def _field(c: Mapping[str, Any]) -> str:
    chosen, beating = (
        f"It was chosen from {c['chosen_from']} distinct networks",
        c["beating_baseline"],
    )
    if beating is None:
        return f"{chosen}."
    # On those seeds alone were all trained: over all seeds some may lie below the baseline's mean.
    beaten = f"{100 * beating:.0f}{_SPACE}% beat the baseline on the seeds of the search"
    cut = _cut(c)
    if not cut:
        return f"{chosen}, of which {beaten}."
    return f"{chosen}; of the {c['chosen_from'] - cut} trained to their ends {beaten}."


def _cut(c: Mapping[str, Any]) -> int:
    """How many candidates were cut; older files do not tell."""
    ranking = c.get("ranking")
    listed = ranking if isinstance(ranking, list) else []
    return sum(isinstance(row, dict) and row.get("cut_at") is not None for row in listed)


def tie(coefficients: Mapping[str, Any]) -> str:
    """Whether the winner stands apart from the other finalists, and the rule that chose it."""
    rule = str(coefficients["rule"]).strip()
    if not coefficients["tie"]:
        return f"It is no tie. {rule}"
    tied = [joined(names) for names in coefficients["tied_with"]]
    others = ", ".join(names for names in tied if names != joined(coefficients["names"]))
    return f"It is a tie: {others} cannot be told apart from it. {rule}"
