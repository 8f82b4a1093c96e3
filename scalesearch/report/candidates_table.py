"""The candidates as an HTML table: shares, trainings, accuracies with intervals, P(best)."""

import html

from scalesearch.core.answer import Answer, Ranked
from scalesearch.core.estimates import Estimate
from scalesearch.report.answer_text import percent
from scalesearch.report.page_parts import NOTHING, About, Part

_NOTE = (
    "The line is the 95 % interval of the surface, its dot the expected value, the ring the mean "
    "of the trainings as they came out. The highest of many such means is too high by chance; "
    "the surface allows for that."
)
_HEADS = (
    ("network", ""),
    ("depth, %", "share of the added budget, by the multipliers of the proxy as built"),
    ("width, %", "the same"),
    ("res., %", "the same"),
    ("trainings", "complete ones"),
    ("as trained, %", "mean top-1 of its trainings, and their standard deviation"),
    ("surface", "expected top-1, and its 95 % interval"),
    ("", ""),
    ("P(best)", "the probability that it is the best of the candidates"),
)


def render_candidates(about: About) -> Part:
    """The section of the table; nothing while there is no answer."""
    answer = about.answer
    if answer is None:
        return NOTHING
    heads = "".join(f'<th scope="col" title="{meaning}">{head}</th>' for head, meaning in _HEADS)
    scale = _Scale(answer)
    highest = max((each.best for each in answer.candidates), default=0.0) or 1.0
    rows = [_named(answer, scale)]
    rows += (_candidate(each, scale, each.best / highest) for each in answer.candidates)
    if answer.baseline_top1:
        rows.append(_baseline(answer.baseline_top1, scale))
    return Part(
        f"<section><h2>Candidates</h2><p class='note'>{_NOTE}</p><div class='scroll'>"
        f"<table id='candidates'><thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n" + "\n".join(rows) + "\n</tbody></table></div></section>"
    )


class _Scale:
    """Where an accuracy lies, in % of the width of the column that is common to all rows."""

    def __init__(self, answer: Answer) -> None:
        found = [answer.top1, *(each.surface for each in answer.candidates)]
        found += [answer.baseline_top1] if answer.baseline_top1 else []
        means = [each.top1_mean for each in answer.candidates]
        self._low = min([*means, *(each.low for each in found)])
        self._span = max([*means, *(each.high for each in found)]) - self._low or 1.0

    def at(self, value: float) -> float:
        return 3 + 94 * (value - self._low) / self._span

    def drawn(self, estimate: Estimate, mean: float | None) -> str:
        """The interval, its expected value, and the mean as trained where there is one."""
        low, high = self.at(estimate.low), self.at(estimate.high)
        ring = "" if mean is None else f'<i class="ring" style="left:{self.at(mean):.2f}%"></i>'
        return (
            f'<div class="interval"><b style="left:{low:.2f}%;width:{max(high - low, 0.5):.2f}%">'
            f'</b>{ring}<i style="left:{self.at(estimate.value):.2f}%"></i></div>'
        )


def _candidate(each: Ranked, scale: _Scale, strength: float) -> str:
    shares = (each.shares.depth, each.shares.width, each.shares.resolution)
    spread = "" if each.top1_std is None else f" \N{PLUS-MINUS SIGN} {100 * each.top1_std:.1f}"
    best = f"{100 * each.best:.0f} %" if each.best >= 0.005 else "&lt; 1 %"
    return _row(
        "candidate",
        html.escape("; ".join(each.names)),
        *(f"{100 * share:.0f}" for share in shares),
        str(each.trainings),
        f"{100 * each.top1_mean:.1f}{spread}",
        percent(each.surface),
        scale.drawn(each.surface, each.top1_mean),
        f'<div class="best"><i style="width:{100 * strength:.1f}%"></i></div>{best}',
    )


def _named(answer: Answer, scale: _Scale) -> str:
    shares = (answer.shares.depth, answer.shares.width, answer.shares.resolution)
    return _row(
        "named",
        "the named point",
        *(f"{100 * share:.0f}" for share in shares),
        "",
        "",
        percent(answer.top1),
        scale.drawn(answer.top1, None),
        "",
    )


def _baseline(estimate: Estimate, scale: _Scale) -> str:
    blank = ("",) * 5
    return _row("baseline", "baseline", *blank, percent(estimate), scale.drawn(estimate, None), "")


def _row(kind: str, name: str, *cells: str) -> str:
    inside = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{kind}"><th scope="row">{name}</th>{inside}</tr>'
