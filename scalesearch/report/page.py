"""report.html: a study on one page that needs nothing but itself."""

import html
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from scalesearch.core.passwords import plain_without_passwords, without_passwords
from scalesearch.core.quantities import prose_quantity
from scalesearch.errors import StudyError
from scalesearch.files.whole_files import write_whole
from scalesearch.report import answer_file, answer_text, html_table, settings_section
from scalesearch.report.figures import cost_figure, triangle_figure
from scalesearch.report.pareto import DIMENSIONS, ParetoInfo, pareto_info
from scalesearch.report.references import ReferencesInfo
from scalesearch.report.references_page import references_figures, render_references
from scalesearch.report.trials_table import summary

# Forbids every request, whatever the page's text may hold.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)


_FOREIGN = ("names", "reason")  # columns whose text comes from elsewhere


def write(
    path: Path | str,
    frame: pd.DataFrame,
    coefficients: Mapping[str, Any] | None,
    facts: Mapping[str, Any],
    references: ReferencesInfo | None = None,
) -> None:
    """Write the page of a study, whole.

    `frame` is what `trials.read` gives; `coefficients` the parsed coefficients.yaml, or None while
    no winner is named; `facts` further lines for the settings, label to plain value; `references`
    published networks to show in a section of their own. Raises
    StudyError for a coefficients.yaml that lacks a key, trials without a baseline, or the disk.
    """
    if coefficients is not None:
        answer_file.check(coefficients)
        coefficients = plain_without_passwords(coefficients)
    facts = plain_without_passwords(facts)
    frame = frame.assign(**{name: frame[name].map(without_passwords) for name in _FOREIGN})
    winner = answer_text.joined(coefficients["names"]) if coefficients else None
    networks = summary(frame)
    info = pareto_info(networks, winner=winner)
    subject = f"How to scale {coefficients['baseline']}" if coefficients else "A study under way"
    figures = {"costs": cost_figure(info), "triangle": triangle_figure(info)}
    if references:
        figures |= references_figures(references)
    parts = (
        _head(subject),
        f"<h1>{html.escape(subject)}</h1>",
        _answer(coefficients),
        _pictures(info),
        f"<section><h2>All networks</h2><p class='note'>{_TABLE_NOTE}</p><div class='scroll'>",
        html_table.render(networks, winner),
        "</div></section>",
        render_references(references) if references else "",
        settings_section.render(frame, coefficients or {}, facts),
        settings_section.render_columns(),
        "</main>",
        *(
            _script("application/json", f"{name}-figure", _json(figure))
            for name, figure in figures.items()
        ),
        _script("text/javascript", "plotly", get_plotlyjs()),
        _script("text/javascript", "page", _resource("page.js")),
        "</body></html>",
    )
    write_whole(path, "\n".join(parts).encode("utf-8", "replace"), StudyError)


_TABLE_NOTE = (
    "Click a column to sort by it. Accuracy is the proxy's; the full-size network stands beside it."
)


def _head(title: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(title)} - scalesearch</title>"
        f"<style>{_resource('page.css')}</style></head><body><main>"
    )


def _answer(coefficients: Mapping[str, Any] | None) -> str:
    if coefficients is None:
        return (
            '<p class="warning">No winner is named yet. Run the same <code>scalesearch grid</code> '
            "command again to finish the study.</p>"
        )
    first, second = (html.escape(text) for text in answer_text.answer(coefficients))
    parts = [f'<section><p class="lead">{first}</p>', _cards(coefficients)]
    if warning := coefficients["warning"]:
        parts.append(f'<p class="warning">{html.escape(str(warning))}</p>')
    parts.append(f"<p>{second}</p><p>{html.escape(answer_text.tie(coefficients))}</p></section>")
    return "\n".join(parts)


def _cards(coefficients: Mapping[str, Any]) -> str:
    """The three coefficients, and a bar of how the budget is shared."""
    greek = (("alpha", "&alpha;"), ("beta", "&beta;"), ("gamma", "&gamma;"))
    cards, bar = [], []
    for (key, letter), what in zip(greek, DIMENSIONS, strict=True):
        share = 100 * float(coefficients["shares"][what])
        cards.append(
            f'<div class="card {what}"><span>{what} {letter}</span>'
            f"<strong>{float(coefficients[key]):.3f}</strong>"
            f"<span>{share:.0f} % of the budget</span></div>"
        )
        bar.append(f'<i class="{what}" style="flex-grow:{max(share, 0):.2f}"></i>')
    return f'<div class="cards">{"".join(cards)}</div><div class="bar">{"".join(bar)}</div>'


def _pictures(info: ParetoInfo) -> str:
    stretched = ""
    if info.is_broken:
        spread = max(p.ratio for p in info.candidates) / min(p.ratio for p in info.candidates) - 1
        stretched = (
            f" The candidates differ by {100 * spread:.1f} % in cost, so their part of the axis is "
            "stretched and the baseline has a strip of its own."
        )
    if info.cut:
        stretched += (
            f" {len(info.cut)} networks that were cut early are hollow in the triangle and nowhere "
            "else: the table has what they had reached."
        )
    hollow = "; hollow: cut early" if info.cut else ""
    if not info.points:
        return "<section><h2>Accuracy against MACs</h2><p>No trial is complete yet.</p></section>"
    return (
        "<section><h2>Accuracy against MACs</h2><figure>"
        '<div id="costs" class="plot"></div><figcaption>Top-1 accuracy on the validation split '
        "against counted MACs of the <em>proxy</em>, as a multiple of the baseline's "
        f"{prose_quantity(info.baseline_cost)}. Bars: one standard deviation over seeds. "
        f"Line: Pareto front. Dashed: the baseline's accuracy.{stretched}</figcaption></figure>"
        "</section>"
        "<section><h2>Where the budget goes</h2><figure>"
        '<div id="triangle" class="plot"></div><figcaption>Each point is a network at the shares '
        "of the added budget that its proxy realises, coloured by mean top-1 accuracy. A corner "
        "spends everything on one dimension; shares below 0 stand on the edge. Star: winner; "
        f"diamond: the paper's point; triangles: one dimension alone{hollow}.</figcaption></figure>"
        "<noscript><p>The pictures need JavaScript.</p></noscript></section>"
    )


def _json(figure: go.Figure) -> str:
    """JSON that no text inside can turn into HTML: `<` never appears."""
    text = json.dumps(figure.to_plotly_json(), default=list, allow_nan=False)
    return text.replace("<", "\\u003c")


def _script(kind: str, name: str, content: str) -> str:
    return f'<script type="{kind}" id="{name}">{content}</script>'


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
