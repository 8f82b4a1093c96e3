"""What report.html is put together from: parts, each a section of text with its pictures.

A new part is a module with a function from what the page is `About` to a `Part`, and its line in
`page.PARTS`. A picture in it is an element `plot(NAME)` and a figure under the same name.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from scalesearch.core.answer import Answer
from scalesearch.core.surface_info import SurfaceInfo
from scalesearch.report.pareto import ParetoInfo
from scalesearch.report.references import ReferencesInfo


@dataclass(frozen=True, slots=True)
class About:
    """The study that a page shows."""

    trials: pd.DataFrame
    """One row a training, as `trials_table.read` gives it."""
    networks: pd.DataFrame
    """One row a network: its `summary`."""
    info: ParetoInfo
    answer: Answer | None
    """None while no split is named."""
    facts: Mapping[str, Any]
    """Further lines for the settings: label to plain value."""
    references: ReferencesInfo | None
    """Published networks to show beside it, where they are asked for."""
    surface: SurfaceInfo | None = None
    no_surface: str = ""
    """Why there is no surface, a sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """HTML, and the figures of the pictures in it by name."""

    html: str
    figures: Mapping[str, go.Figure] = field(default_factory=dict)


NOTHING = Part("")
"""Of a part that has nothing to show."""


def plot(name: str) -> str:
    """The element that the figure of that name is drawn into."""
    return f'<div id="{html.escape(name)}" class="plot"></div>'


def picture(heading: str, name: str, figure: go.Figure, caption: str, more: str = "") -> Part:
    """A section with one picture. `caption` and `more` are HTML."""
    return Part(
        f"<section><h2>{heading}</h2><figure>{plot(name)}"
        f"<figcaption>{caption}</figcaption></figure>{more}</section>",
        {name: figure},
    )
