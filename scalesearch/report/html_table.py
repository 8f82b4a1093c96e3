"""The summary as an HTML table, whose headers page.js makes sortable."""

import html
import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from scalesearch.core.quantities import prose_quantity
from scalesearch.report.page_parts import About, Part

_Form = Callable[[Any], str]


def _fixed(digits: int, scale: float = 1.0, sign: str = "") -> _Form:
    # Rounding first and adding 0 turns -0 into 0.
    return lambda value: f"{round(scale * value, digits) + 0.0:{sign}.{digits}f}"


_NOTE = (
    "Click a column to sort by it. Accuracy is the proxy's; the full-size network stands beside it."
)
_SORTED = ' aria-sort="descending"'  # as the summary comes
_PERCENT = _fixed(0, 100.0)
# Group, then column of the summary, header, explanation, how a value is written.
_COLUMNS: tuple[tuple[str, str, str, str, _Form], ...] = (
    ("Network", "names", "names", "every candidate that this network realises", html.escape),
    ("Validation", "top1_mean", "top-1, %", "mean over seeds", _fixed(2, 100.0)),
    ("Validation", "top1_std", "\N{PLUS-MINUS SIGN}", "standard deviation", _fixed(2, 100.0)),
    ("Validation", "gain", "gain", "percentage points over the baseline", _fixed(2, sign="+")),
    ("Validation", "seeds", "seeds", "complete trainings", str),
    ("Coefficients", "alpha", "alpha", "depth", _fixed(3)),
    ("Coefficients", "beta", "beta", "width", _fixed(3)),
    ("Coefficients", "gamma", "gamma", "resolution", _fixed(3)),
    ("Proxy, as trained", "proxy_share_depth", "depth, %", "realised share", _PERCENT),
    ("Proxy, as trained", "proxy_share_width", "width, %", "realised share", _PERCENT),
    ("Proxy, as trained", "proxy_share_resolution", "res., %", "realised share", _PERCENT),
    ("Proxy, as trained", "proxy_counted_ratio", "cost ratio", "counted MACs", _fixed(3)),
    ("Proxy, as trained", "proxy_macs", "MACs", "multiply-accumulates", prose_quantity),
    ("Full-size network", "full_share_depth", "depth, %", "realised share", _PERCENT),
    ("Full-size network", "full_share_width", "width, %", "realised share", _PERCENT),
    ("Full-size network", "full_share_resolution", "res., %", "realised share", _PERCENT),
    ("Full-size network", "counted_ratio", "cost ratio", "counted MACs", _fixed(3)),
    ("Full-size network", "macs", "MACs", "multiply-accumulates", prose_quantity),
    ("Full-size network", "params", "params", "parameters", prose_quantity),
    ("Full-size network", "acts", "acts", "activations", prose_quantity),
)


def render_networks(about: About) -> Part:
    """The section of the table."""
    named = about.answer.name if about.answer else None
    return Part(
        f"<section><h2>All networks</h2><p class='note'>{_NOTE}</p><div class='scroll'>\n"
        f"{render(about.networks, named)}\n</div></section>"
    )


def render(summary: pd.DataFrame, named: str | None) -> str:
    """The table of `trials_table.summary`, with the named network and the baseline marked."""
    groups: dict[str, int] = {}
    for group, *_ in _COLUMNS:
        groups[group] = groups.get(group, 0) + 1
    top = "".join(f'<th colspan="{n}" scope="colgroup">{name}</th>' for name, n in groups.items())
    heads = "".join(
        f'<th scope="col"{_first_of_group(at)}{_SORTED * (column == "top1_mean")}>'
        f'<button type="button" title="{meaning}">'
        f"{header}</button></th>"
        for at, (_, column, header, meaning, _) in enumerate(_COLUMNS)
    )
    rows = "\n".join(_row(row, named) for row in summary.to_dict("records"))
    return (
        f'<table id="summary"><thead><tr class="groups">{top}</tr><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table>"
    )


def _row(row: dict[Any, Any], named: str | None) -> str:
    kind = "named" if row["names"] == named else row["role"]
    cells = "".join(
        _cell(row[column], form, _first_of_group(at))
        for at, (_, column, _, _, form) in enumerate(_COLUMNS)
    )
    return f'<tr class="{kind}">{cells}</tr>'


def _cell(value: Any, form: _Form, mark: str) -> str:
    if isinstance(value, str):
        return f'<th scope="row" data-value="{html.escape(value)}">{form(value)}</th>'
    if math.isnan(value):
        return f'<td{mark} data-value="">\N{EN DASH}</td>'
    return f'<td{mark} data-value="{value!r}">{form(value)}</td>'


def _first_of_group(at: int) -> str:
    new = at > 0 and _COLUMNS[at][0] != _COLUMNS[at - 1][0]
    return ' class="edge"' if new else ""
