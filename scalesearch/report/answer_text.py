"""A study's answer in words: plain text, nothing escaped."""

import math

from scalesearch.core.answer import Answer
from scalesearch.core.estimates import WITHIN, Estimate, More
from scalesearch.core.quantities import duration, prose_quantity, several

# Numbers stay on one line with their units.
_SPACE = "\N{NO-BREAK SPACE}"
_DIMENSIONS = ("depth", "width", "resolution")


def times(phi: float) -> str:
    """The cost at `phi` against the baseline's, in words."""
    ratio = 2.0**phi
    return {2.0: "twice", 1.0: "once", 0.5: "half"}.get(ratio, f"{ratio:.3g} times")


def percent(estimate: Estimate) -> str:
    """An accuracy (fractions) in % with its 95 % interval: "54.2 % (53.6 to 54.8)"."""
    value, low, high = (100 * each for each in (estimate.value, estimate.low, estimate.high))
    return f"{value:.1f}{_SPACE}% ({low:.1f} to {high:.1f})"


def probability(value: float) -> str:
    """A probability in %, never as certain as a rounded one would look: "over 99 %"."""
    if value > 0.99:
        return f"over{_SPACE}99{_SPACE}%"
    return f"under{_SPACE}1{_SPACE}%" if value < 0.01 else f"{100 * value:.0f}{_SPACE}%"


def points(value: float) -> str:
    """Points of top-1 to two digits: "0.14 points"."""
    return f"{value:.2f}{_SPACE}points"


def answer(found: Answer) -> tuple[str, ...]:
    """Paragraphs: the decision, its accuracy, how sure it is, what more would bring, its size."""
    return decision(found), value(found), sureness(found), prospects(found), built(found)


def headline(found: Answer) -> str:
    """The decision as a title: "efficientnet_b0, phi 1: depth 1.000, ..."."""
    return (
        f"{found.baseline}, phi {found.phi:g}: depth {found.alpha:.3f}, width {found.beta:.3f}, "
        f"resolution {found.gamma:.3f}; expected regret {points(found.expected_regret)}"
    )


def decision(found: Answer) -> str:
    """One sentence: what to do, how sure that is, and what more trainings would bring."""
    power = "" if found.phi == 1 else f", each to the power of {found.phi:g}"
    more = _as_many_again(found)
    last = f", and {_further(more)} would leave {points(more.expected_regret)}" if more else ""
    return (
        f"To spend {times(found.phi)} the cost of {found.baseline}, scale depth by "
        f"{found.alpha:.3f}, width by {found.beta:.3f} and resolution by {found.gamma:.3f}{power}: "
        f"this is expected to lie {points(found.expected_regret)} of top-1 below the best split "
        f"of the budget (at most {WITHIN:g} with a probability of {probability(found.within)})"
        f"{last}."
    )


def value(found: Answer) -> str:
    """What the named point's proxy reaches, and by how much that is more than the baseline's."""
    gain, baseline = found.gain, found.baseline_top1
    if gain is None or baseline is None:
        over = "; the baseline was not trained to the end"
    else:
        sign = 1 if gain.value >= 0 else -1
        low, high = sorted(100 * sign * each for each in (gain.low, gain.high))
        over = (
            f", {100 * sign * gain.value:.1f} points ({low:.1f} to {high:.1f}) "
            f"{'more' if sign > 0 else 'less'} than the baseline's {percent(baseline)}"
        )
    candidates = len(found.candidates)
    above = ""
    if found.beating_baseline is not None:
        above = f" ({100 * found.beating_baseline:.0f}{_SPACE}% of them above the baseline)"
    return (
        f"Its proxy reaches {percent(found.top1)} top-1 on the validation split{over}; in "
        "parentheses stand 95 % intervals. These figures come from a surface fitted to "
        f"{several(found.trainings, 'training')} of the baseline and of "
        f"{several(candidates, 'candidate')}{above}, and hold for trainings of "
        f"{several(found.epochs, 'epoch')}."
    )


def sureness(found: Answer) -> str:
    """Where the best split lies, whether single dimensions are beaten, and what would prove it."""
    chances = [
        f"{what} alone with {probability(chance)}"
        for what in _DIMENSIONS
        if (chance := getattr(found.beats, what)) is not None
    ]
    beaten = f" The named split beats {_listed(chances)}." if chances else ""
    counts = [
        f"{several(count, 'training')} against {what} alone"
        for what in _DIMENSIONS
        if (count := getattr(found.proof, what)) is not None
    ]
    proof = (
        f" To prove such a difference, by a test at 5 % with a power of 80 %, would take about "
        f"{_listed(counts)}."
        if counts
        else ""
    )
    return f"With a probability of 95{_SPACE}% {_region(found)}.{beaten}{proof}"


def _region(found: Answer) -> str:
    """Where the best split lies: on the triangle, or among the candidates where it is one."""
    members = len(found.region.shares)
    if members and set(found.region.shares) <= {each.shares for each in found.candidates}:
        return f"the best one is among {members} of the {len(found.candidates)} candidates"
    return f"the best split lies in a region of {_share(found.region.share)} of the triangle"


def prospects(found: Answer) -> str:
    """What ended the search, and what more trainings would bring."""
    ended = {
        "regret": f"The search stopped as its aim of {points(found.regret)} was reached.",
        "trainings": "The search stopped as its trainings were spent; it had aimed at "
        f"{points(found.regret)}.",
    }[found.stopped_by]
    ahead = [f"{points(each.expected_regret)} after {_further(each)}" for each in found.more]
    expected = f" Expected regret would be {_listed(ahead)}." if ahead else ""
    return f"{ended}{expected}"


def built(found: Answer) -> str:
    """What the named point is when it is built at full size."""
    sizes = found.realised
    width = _of_baseline(f"{sizes.width:.3g}", "width")
    repeats = sizes.repeats
    repeats = repeats if isinstance(repeats, str) else "-".join(map(str, repeats))
    has = f"it has stages of {repeats} blocks"
    if repeats.startswith("x"):  # a Python function's network: only it knows its blocks
        has = f"it has {_of_baseline(repeats[1:], 'depth')}"
    is_candidate = any(each.names == found.names for each in found.candidates)
    same = f", where it is the network of {found.name}," if is_candidate else ""
    return (
        f"Built at full size{same} {has}, {width} "
        f"and {sizes.resolution} px: {prose_quantity(sizes.macs)} MACs "
        f"({sizes.counted_ratio:.2f} times the baseline's), "
        f"{prose_quantity(sizes.params)} parameters, {prose_quantity(sizes.acts)} activations."
    )


def _of_baseline(factor: str, what: str) -> str:
    by = "" if float(factor) == 1 else f"{factor} times "
    return f"{by}the baseline's {what}"


def _share(value: float) -> str:
    return probability(value) if value < 0.995 else f"100{_SPACE}%"


def _as_many_again(found: Answer) -> More | None:
    """Of what is told of further trainings, the number nearest to those there were."""
    return min(
        found.more, key=lambda each: abs(math.log(each.trainings / found.trainings)), default=None
    )


def _further(more: More) -> str:
    """Such as "45 more trainings (27 min)"."""
    trainings = several(more.trainings, "more training")
    if more.seconds is None:
        return trainings
    whole = more.seconds if more.seconds < 60 else 60 * round(more.seconds / 60)
    time = duration(whole).removesuffix(" 00 s").replace(" ", _SPACE)
    return f"{trainings} ({time})"


def _listed(items: list[str]) -> str:
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last
