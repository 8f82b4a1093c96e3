"""report.html: a study on one page that needs nothing but itself."""

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from scalesearch.core.answer import Answer, Ranked
from scalesearch.core.passwords import plain_without_passwords, without_passwords
from scalesearch.core.surface_info import SurfaceInfo
from scalesearch.errors import StudyError
from scalesearch.files.whole_files import write_whole
from scalesearch.report.answer_section import render_answer
from scalesearch.report.candidates_table import render_candidates
from scalesearch.report.cost_figure import render_costs
from scalesearch.report.html_table import render_networks
from scalesearch.report.page_frame import head, resource
from scalesearch.report.page_parts import About, Part
from scalesearch.report.pareto import pareto_info
from scalesearch.report.references import ReferencesInfo
from scalesearch.report.references_page import render_references
from scalesearch.report.settings_section import render_columns, render_settings
from scalesearch.report.trials_table import summary
from scalesearch.report.triangle_section import render_triangle

PARTS: tuple[Callable[[About], Part], ...] = (
    render_answer,
    render_triangle,
    render_candidates,
    render_costs,
    render_networks,
    render_references,
    render_settings,
    render_columns,
)
"""The page from top to bottom."""

_FOREIGN = ("names", "reason")  # columns whose text comes from elsewhere


def write(
    path: Path | str,
    frame: pd.DataFrame,
    answer: Answer | None,
    facts: Mapping[str, Any],
    references: ReferencesInfo | None = None,
    surface: SurfaceInfo | None = None,
    no_surface: str = "",
) -> None:
    """Write the page of a study, whole.

    `frame` is what `trials_table.read` gives; `answer` is None while no split is named; `facts`
    are further lines for the settings, label to plain value; `references` published networks to
    show in a section of their own; `surface` what the triangle shows, and `no_surface` a sentence
    on why there is none. Raises StudyError for trials without a baseline, or the disk.
    """
    about = about_study(frame, answer, facts, references, surface, no_surface)
    parts = [render(about) for render in PARTS]
    subject = f"How to scale {about.answer.baseline}" if about.answer else "A study under way"
    figures = {name: figure for part in parts for name, figure in part.figures.items()}
    lines = (
        head(subject),
        f"<h1>{html.escape(subject)}</h1>",
        *(part.html for part in parts),
        "</main>",
        *(
            _script("application/json", f"{name}-figure", _json(figure))
            for name, figure in figures.items()
        ),
        _script("text/javascript", "plotly", get_plotlyjs()),
        _script("text/javascript", "page", resource("page.js")),
        "</body></html>",
    )
    write_whole(path, "\n".join(lines).encode("utf-8", "replace"), StudyError)


def about_study(
    frame: pd.DataFrame,
    answer: Answer | None,
    facts: Mapping[str, Any],
    references: ReferencesInfo | None = None,
    surface: SurfaceInfo | None = None,
    no_surface: str = "",
) -> About:
    """What `write` shows, without passwords."""
    if answer is not None:
        answer = Answer.from_json(plain_without_passwords(answer.to_json()))
    frame = frame.assign(**{name: frame[name].map(without_passwords) for name in _FOREIGN})
    networks = summary(frame)
    info = pareto_info(networks, named=answer.name if answer else None)
    if surface is not None:
        surface = replace(surface, candidates=tuple(map(_without_passwords, surface.candidates)))
    facts = plain_without_passwords(facts)
    no_surface = without_passwords(no_surface)
    return About(frame, networks, info, answer, facts, references, surface, no_surface)


def _without_passwords(candidate: Ranked) -> Ranked:
    return replace(candidate, names=tuple(map(without_passwords, candidate.names)))


def _json(figure: go.Figure) -> str:
    """JSON that no text inside can turn into HTML: `<` never appears."""
    text = json.dumps(figure.to_plotly_json(), default=list, allow_nan=False)
    return text.replace("<", "\\u003c")


def _script(kind: str, name: str, content: str) -> str:
    return f'<script type="{kind}" id="{name}">{content}</script>'
