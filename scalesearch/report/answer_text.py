"""A study's answer in words: plain text, nothing escaped."""

import math

from scalesearch.core.answer import Answer, Sizes
from scalesearch.core.quantities import prose_quantity

# Numbers stay on one line with their units.
_SPACE = "\N{NO-BREAK SPACE}"
_OFF = f"{_SPACE}\N{PLUS-MINUS SIGN}{_SPACE}"


def times(phi: float) -> str:
    """The cost at `phi` against the baseline's, in words."""
    ratio = 2.0**phi
    return {2.0: "twice", 1.0: "once", 0.5: "half"}.get(ratio, f"{ratio:.3g} times")


def percent(mean: float, std: float | None) -> str:
    """A mean accuracy (fraction) in %, with its standard deviation where there is one."""
    spread = "" if std is None or math.isnan(std) else f"{_OFF}{100 * std:.1f}"
    return f"{100 * mean:.1f}{_SPACE}%{spread}"


def answer(found: Answer) -> tuple[str, ...]:
    """Two paragraphs: what won and by how much, then what it is when built at full size."""
    seeds = "one seed" if found.seeds == 1 else f"{found.seeds} seeds"
    power = "" if found.phi == 1 else f", each to the power of {found.phi:g}"
    return (
        f"To spend {times(found.phi)} the cost of {found.baseline}, scale depth by "
        f"{found.alpha:.3f}, width by {found.beta:.3f} and resolution by {found.gamma:.3f}{power} "
        f"({found.name}). Its proxy reached {percent(found.top1_mean, found.top1_std)} top-1 "
        f"on the validation split ({seeds}){_gain(found)}. {_field(found)}",
        _built(found.realised),
    )


def _built(sizes: Sizes) -> str:
    width = _of_baseline(f"{sizes.width:.3g}", "width")
    repeats = sizes.repeats
    repeats = repeats if isinstance(repeats, str) else "-".join(map(str, repeats))
    built = f"it has stages of {repeats} blocks"
    if repeats.startswith("x"):  # a Python function's network: only it knows its blocks
        built = f"it has {_of_baseline(repeats[1:], 'depth')}"
    return (
        f"Built at full size {built}, {width} "
        f"and {sizes.resolution} px: {prose_quantity(sizes.macs)} MACs "
        f"({sizes.counted_ratio:.2f} times the baseline's), "
        f"{prose_quantity(sizes.params)} parameters, {prose_quantity(sizes.acts)} activations."
    )


def _of_baseline(factor: str, what: str) -> str:
    times = "" if float(factor) == 1 else f"{factor} times "
    return f"{times}the baseline's {what}"


def _gain(found: Answer) -> str:
    """The gain in percentage points, worked out anew so that no unit can be mistaken."""
    reference = found.baseline_top1_mean
    if reference is None:
        return "; the baseline was not trained to the end"
    gain = 100 * (found.top1_mean - reference)
    verdict = "more than" if gain >= 0 else "less than"
    baseline = percent(reference, found.baseline_top1_std)
    return f": {abs(gain):.1f} points {verdict} the baseline's {baseline}"


def _field(found: Answer) -> str:
    chosen = f"It was chosen from {found.chosen_from} distinct networks"
    if found.beating_baseline is None:
        return f"{chosen}."
    # On those seeds alone were all trained: over all seeds some may lie below the baseline's mean.
    beating = 100 * found.beating_baseline
    beaten = f"{beating:.0f}{_SPACE}% beat the baseline on the seeds of the search"
    return f"{chosen}, of which {beaten}."


def tie(found: Answer) -> str:
    """Whether the winner stands apart from the other finalists, and the rule that chose it."""
    rule = found.rule.strip()
    if not found.tie:
        return f"It is no tie. {rule}"
    others = ", ".join(names for names in found.tied_with if names != found.name)
    return f"It is a tie: {others} cannot be told apart from it. {rule}"
