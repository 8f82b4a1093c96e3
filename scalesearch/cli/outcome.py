"""What a finished search leaves: the table, the coefficients, the pictures, the answer."""

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scalesearch import __version__
from scalesearch.cli.command_line import study_options
from scalesearch.cli.planning import Search
from scalesearch.cli.references import references_json
from scalesearch.cli.render import table
from scalesearch.cli.timing import Took
from scalesearch.config.answer_file import write_answer
from scalesearch.config.coefficients import FILE, found_before
from scalesearch.core.answer import Answer
from scalesearch.report import answer_text, page, pareto_picture, trials_table
from scalesearch.report.pareto import pareto_info
from scalesearch.report.references import ReferencesInfo
from scalesearch.search.conclusion import Result
from scalesearch.search.verdict import answer_of

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Told:
    """The end of a search, for a person and for a program."""

    text: str
    json: dict[str, Any]


def write_outcome(
    search: Search,
    result: Result,
    records: Sequence[Mapping[str, Any]],
    folder: Path,
    command: str,
    references: ReferencesInfo | None,
    took: Took,
) -> Told:
    """Write trials.csv, coefficients.yaml, pareto.png and report.html to `folder`."""
    trials_table.write(folder / "trials.csv", records)
    answer = answer_of(
        result,
        records,
        baseline=search.plan.baseline.name,
        phi=search.plan.phi,
        study=folder.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        final_seeds=search.profile.final_seeds,
        profile=search.profile.name,
        dataset=search.data.dataset,
        command=command,
        settings=search.settings,
        release=__version__,
        **took.to_json(),
    )
    # An old study whose command is run again is not the newest for that.
    if before := found_before(folder / FILE, answer.to_json()):
        answer = replace(answer, created=before.isoformat(timespec="seconds"))
    write_answer(folder / FILE, answer)
    paths = write_pictures(folder, answer, references)
    frame = trials_table.summary(trials_table.read(folder / "trials.csv"))
    text = "\n".join(
        [
            "",
            *_best(frame, result.estimates if result.smoothed else None),
            "",
            *answer_text.answer(answer),
            answer_text.tie(answer),
            *([f"Warning: {result.warning}"] if result.warning else []),
            *took.sentences,
            "",
            f"Written: {', '.join(str(path) for path in paths)}",
            f"Next: {_next(search, folder)}",
        ]
    )
    added = {"references": references_json(references)} if references else {}
    return Told(text, {**answer.to_json(), **added, "paths": [str(path) for path in paths]})


def _next(search: Search, folder: Path) -> str:
    """The command that scales by this very study, as it would be typed."""
    words = ["scalesearch", "scale", "--phi", "3", "--baseline", search.given]
    return shlex.join([*words, *study_options(folder)])


def write_pictures(
    folder: Path, answer: Answer | None, references: ReferencesInfo | None
) -> list[Path]:
    """Draw pareto.png and report.html from trials.csv; returns what the study's folder holds."""
    frame = trials_table.read(folder / "trials.csv")
    info = pareto_info(trials_table.summary(frame), winner=answer.name if answer else None)
    title = f"{answer.baseline}, phi {answer.phi:g}" if answer else folder.name
    pareto_picture.draw_png(info, folder / "pareto.png", title, references)
    page.write(folder / "report.html", frame, answer, {}, references)
    names = ("trials.csv", FILE, "pareto.png", "report.html")
    return [folder / name for name in names if (folder / name).exists()]


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
            "top-1": _accuracy(row),
            "std": "-" if math.isnan(row["top1_std"]) else f"{100 * row['top1_std']:.1f}",
            "gain": "-" if math.isnan(row["gain"]) else f"{row['gain']:+.1f}",
            "seeds": str(row["seeds"]),
        }
        for part in (shown, reference)
        for _, row in part.iterrows()
    ]
    return [table(tuple(lines[0]), [tuple(line.values()) for line in lines], left=("network",))]


def _accuracy(row: Any) -> str:
    """Top-1 of whole trainings, else where it was cut, else nothing."""
    if not math.isnan(row["top1_mean"]):
        return f"{row['top1_mean']:.1%}"
    if math.isnan(row["top1_cut"]):
        return "failed"
    return f"{row['top1_cut']:.1%} at {row['trained']:.0%}"


def _smoothed(cell: str, estimates: Mapping[str, float] | None) -> dict[str, str]:
    """The cell of that column, which stands only where something was smoothed."""
    if estimates is None:
        return {}
    return {"smoothed": f"{estimates[cell]:.1%}" if cell in estimates else "-"}
