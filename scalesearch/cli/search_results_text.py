"""What a search found, for a person and for a program."""

import math
import shlex
from collections.abc import Mapping
from typing import Any

from scalesearch.cli.command_line import study_options
from scalesearch.cli.references_text import references_json
from scalesearch.cli.render import table
from scalesearch.experiments.search_results import SearchResult
from scalesearch.report import answer_text, trials_table

SHOWN = 5


def result_json(result: SearchResult) -> dict[str, Any]:
    """The document of `grid --json`."""
    added = {"references": references_json(result.references)} if result.references else {}
    return {**result.answer.to_json(), **added, "paths": [str(path) for path in result.paths]}


def result_text(result: SearchResult) -> str:
    """The best few networks, the answer, and what was written."""
    answer, found = result.answer, result.result
    frame = trials_table.summary(trials_table.read(result.folder / "trials.csv"))
    return "\n".join(
        [
            "",
            *_best(frame, found.estimates if found.smoothed else None),
            "",
            *answer_text.answer(answer),
            answer_text.tie(answer),
            *([f"Warning: {found.warning}"] if found.warning else []),
            *result.took.sentences,
            "",
            f"Written: {', '.join(str(path) for path in result.paths)}",
            f"Next: {_next(result)}",
        ]
    )


def _next(result: SearchResult) -> str:
    """The command that scales by this very study, as it would be typed."""
    words = ["scalesearch", "scale", "--phi", "3", "--baseline", result.plan.given]
    return shlex.join([*words, *study_options(result.folder)])


def _best(frame: Any, estimates: Mapping[str, float] | None) -> list[str]:
    """The best few networks and the baseline, as a table; `estimates` where there are smoothed."""
    shown = frame[frame["role"] == "candidate"].head(SHOWN)
    reference = frame[frame["role"] == "baseline"]
    lines = [
        {
            "network": str(row["names"]),
            "alpha": f"{row['alpha']:.3f}",
            "beta": f"{row['beta']:.3f}",
            "gamma": f"{row['gamma']:.3f}",
            "ratio": f"{row['counted_ratio']:.3f}",
            **_smoothed(row["cell"], estimates),
            "top-1": "failed" if math.isnan(row["top1_mean"]) else f"{row['top1_mean']:.1%}",
            "std": "-" if math.isnan(row["top1_std"]) else f"{100 * row['top1_std']:.1f}",
            "gain": "-" if math.isnan(row["gain"]) else f"{row['gain']:+.1f}",
            "seeds": str(row["seeds"]),
        }
        for part in (shown, reference)
        for _, row in part.iterrows()
    ]
    return [table(tuple(lines[0]), [tuple(line.values()) for line in lines], left=("network",))]


def _smoothed(cell: str, estimates: Mapping[str, float] | None) -> dict[str, str]:
    """The cell of that column, which stands only where something was smoothed."""
    if estimates is None:
        return {}
    return {"smoothed": f"{estimates[cell]:.1%}" if cell in estimates else "-"}
