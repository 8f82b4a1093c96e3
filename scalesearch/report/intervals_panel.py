"""The right panel of pareto.png: what each candidate reaches, how surely, and which is the best."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from scalesearch.core.answer import Answer
from scalesearch.core.estimates import Estimate
from scalesearch.report.bands import blend
from scalesearch.report.canvas import dress
from scalesearch.report.known_points import short_name
from scalesearch.report.palette import ACCENT, BEST, CANDIDATE, INK, LINE, SUBTITLE

_MOST = 18
"""At most so many candidates are shown, the best ones."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the panel: accuracies are fractions."""

    text: str
    estimate: Estimate
    mean: float | None
    """Mean of the trainings as they came out."""
    best: float | None
    kind: str
    """"named", "candidate" or "baseline"."""


def lines_of(answer: Answer) -> tuple[Line, ...]:
    """From the top: the named point, the best candidates, the baseline."""
    shown = answer.candidates[:_MOST]
    candidates = (
        Line(short_name(each.names), each.surface, each.top1_mean, each.best, "candidate")
        for each in shown
    )
    named = Line("named point", answer.top1, None, None, "named")
    last = answer.baseline_top1
    baseline = (Line("baseline", last, None, None, "baseline"),) if last else ()
    return (named, *candidates, *baseline)


def draw_intervals(figure: Figure, answer: Answer, at: tuple[float, float, float, float]) -> None:
    """Draw into `at` (left, bottom, width, height in shares of the figure)."""
    left, bottom, width, height = at
    lines = lines_of(answer)
    names, bars = 0.3 * width, 0.16 * width
    axes = figure.add_axes((left + names, bottom, width - names - bars, height))
    dress(axes)
    axes.grid(False, axis="y")
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_yticks(range(len(lines)), [line.text for line in lines])
    for label, line in zip(axes.get_yticklabels(), lines, strict=True):
        label.set(parse_math=False, color=ACCENT if line.kind == "named" else INK)
        label.set_fontweight("normal" if line.kind == "candidate" else "bold")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    for place, line in enumerate(lines):
        _interval(axes, place, line)
    _limits(axes, lines)
    axes.set_xlabel("top-1 on validation, %", color=INK)
    _bars(figure, axes, lines, (left + width - bars + 0.01, bottom, bars - 0.01, height))


def _interval(axes: Axes, place: int, line: Line) -> None:
    colour = {"named": ACCENT, "baseline": INK}.get(line.kind, CANDIDATE)
    low, value, high = (
        100 * each for each in (line.estimate.low, line.estimate.value, line.estimate.high)
    )
    axes.plot([low, high], [place, place], color=colour, linewidth=2.2, solid_capstyle="round")
    marker, area = {"named": ("*", 170), "baseline": ("s", 40)}.get(line.kind, ("o", 34))
    axes.scatter([value], [place], marker=marker, s=area, color=colour, zorder=3)
    if line.mean is not None:
        axes.scatter(
            [100 * line.mean], [place], marker="o", s=30, facecolors="white", edgecolors=CANDIDATE,
            linewidths=1.1, zorder=2,
        )  # fmt: skip


def _limits(axes: Axes, lines: Sequence[Line]) -> None:
    values = [line.mean for line in lines if line.mean is not None]
    low = min([*values, *(line.estimate.low for line in lines)])
    high = max([*values, *(line.estimate.high for line in lines)])
    air = max(0.04 * (high - low), 0.001)
    axes.set_xlim(100 * (low - air), 100 * (high + air))


def _bars(figure: Figure, beside: Axes, lines: Sequence[Line], at: tuple) -> None:
    """P(best) of each candidate as a bar and a number."""
    axes = figure.add_axes(at, sharey=beside)
    axes.axis("off")
    highest = max((line.best or 0.0 for line in lines), default=0.0) or 1.0
    axes.set_xlim(0, 1.75 * highest)
    for place, line in enumerate(lines):
        if line.best is None:
            continue
        colour = blend(BEST, line.best / highest)
        axes.add_patch(
            Rectangle(
                (0, place - 0.3), line.best, 0.6, facecolor=colour, edgecolor=LINE, linewidth=0.6
            )
        )
        said = f"{100 * line.best:.0f} %" if line.best >= 0.005 else "<1 %"
        axes.text(line.best + 0.06 * highest, place, said, va="center", size=9, color=INK)
    axes.text(0, -0.75, "P(best)", size=9, color=SUBTITLE, va="bottom")
