"""What a search found, for a person and for a program."""

import shlex
from typing import Any

from scalesearch.cli.command_line import study_options
from scalesearch.cli.references_text import references_json
from scalesearch.cli.render import table
from scalesearch.core.answer import Answer, Ranked
from scalesearch.core.estimates import Estimate
from scalesearch.experiments.search_results import SearchResult
from scalesearch.report import answer_text

SHOWN = 5


def result_json(result: SearchResult) -> dict[str, Any]:
    """The document of `grid --json`."""
    added = {"references": references_json(result.references)} if result.references else {}
    return {**result.answer.to_json(), **added, "paths": [str(path) for path in result.paths]}


def result_text(result: SearchResult) -> str:
    """The best few networks, the answer, and what was written."""
    answer = result.answer
    return "\n".join(
        [
            "",
            *_best(answer),
            "",
            *answer_text.answer(answer),
            *([f"Note: {answer.instead}"] if answer.instead else []),
            *([f"Warning: {answer.warning}"] if answer.warning else []),
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


def _best(answer: Answer) -> list[str]:
    """The candidates of the highest surface, as a table."""
    titles = ("network", "shares d/w/r", "surface", "P(best)", "top-1", "std", "trainings")
    rows = [_cells(each) for each in answer.candidates[:SHOWN]]
    return [table(titles, rows, left=("network",))]


def _cells(found: Ranked) -> tuple[str, ...]:
    shares = found.shares
    return (
        "; ".join(found.names),
        f"{shares.depth:.2f}/{shares.width:.2f}/{shares.resolution:.2f}",
        _interval(found.surface),
        f"{found.best:.0%}",
        f"{found.top1_mean:.1%}",
        "-" if found.top1_std is None else f"{100 * found.top1_std:.1f}",
        str(found.trainings),
    )


def _interval(found: Estimate) -> str:
    """Such as "54.2% (53.6 to 54.8)"."""
    return f"{found.value:.1%} ({100 * found.low:.1f} to {100 * found.high:.1f})"
