"""Differences with their intervals, a row each, as the pictures of a comparison show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from scalesearch.report.canvas import dress
from scalesearch.report.comparison_sentences import seeds
from scalesearch.report.palette import INK, METHOD_COLOURS, METHOD_MARKERS, SUBTITLE


@dataclass(frozen=True, slots=True)
class Row:
    """A value between its ends, as fractions, in the colour of a method."""

    label: str
    method: str
    value: float
    low: float | None
    high: float | None
    seeds_to_prove: int | None = None


def draw_rows(axes: Axes, rows: Sequence[Row], what: str, *, proofs: bool = False) -> None:
    """Rows around 0, in points; with `proofs` the seeds that prove each stand at the right."""
    dress(axes)
    axes.axvline(0, color=INK, linewidth=1.2)
    for at, row in enumerate(rows):
        colour = METHOD_COLOURS[row.method]
        if row.low is not None and row.high is not None:
            axes.plot(
                [100 * row.low, 100 * row.high], [at, at], color=colour, linewidth=2,
                solid_capstyle="butt",
            )  # fmt: skip
        axes.plot(
            [100 * row.value], [at], color=colour, marker=METHOD_MARKERS[row.method],
            markersize=13 if row.method == "compound" else 9, markeredgecolor="white",
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [row.label for row in rows], parse_math=False)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(what, color=INK, size=10)
    if proofs:
        notes = [(0, "seeds to\nprove it"), *enumerate(map(_seeds, rows))]
        for number, (at, text) in enumerate(notes):
            axes.text(
                1.04, -0.62 if number == 0 else at, text, size=9, color=SUBTITLE,
                transform=axes.get_yaxis_transform(), va="bottom" if number == 0 else "center",
            )  # fmt: skip


def _seeds(row: Row) -> str:
    return seeds(row.seeds_to_prove)


def draw_legend(axes: Axes, columns: int) -> None:
    """The legend at the foot of the canvas, below the axes however high they are."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    middle = axes.get_position().x0 + axes.get_position().width / 2
    axes.legend(
        loc="lower center", bbox_to_anchor=(middle, 0.08 / figure.get_figheight()),
        bbox_transform=figure.transFigure, ncols=columns, frameon=False, fontsize=9,
    )  # fmt: skip
