"""What a finished search leaves: trials.csv, coefficients.yaml, pareto.png, report.html."""

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.config.coefficients import FILE, found_before, write_coefficients
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.stopwatch import Took
from scalesearch.report import answer_text, page, pareto_picture, trials_table
from scalesearch.report.pareto import pareto_info
from scalesearch.report.references import ReferencesInfo
from scalesearch.search.conclusion import Result, conclude
from scalesearch.search.selection import Score
from scalesearch.version import __version__

if TYPE_CHECKING:
    import pandas

RULE = (
    "The {count} best of the search, ranked by {ranked}, were trained on further seeds, {seeds} in "
    "all. Of those that cannot be told apart from the best mean (two-sided 95 % t interval, one "
    "standard deviation pooled over the finalists' seeds) the cheapest wins; costs within 5 % "
    "count as equal, and of equally cheap ones the best mean wins."
)
RULE_ONE_SEED = (
    "With one seed each nothing can be told apart: train finalists on more. Of the {count} best of "
    "the search, ranked by {ranked}, the best mean wins."
)
RANKED_SMOOTHED = "accuracies smoothed over the triangle of shares"
RANKED_PLAIN = "their mean accuracies"
RANKED_CUT = "their training losses until {count} candidates were cut, then by "


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A finished search.

    Attributes:
        plan: what was searched.
        folder: of the study.
        answer: all that coefficients.yaml holds.
        result: what was concluded from the table, cell by cell.
        took: what its trainings were estimated to take, and took.
        references: published networks that are shown beside it, where they were asked for.
        paths: files that were written.
    """

    plan: SearchPlan
    folder: Path
    answer: dict[str, Any]
    result: Result
    took: Took
    references: ReferencesInfo | None
    paths: tuple[Path, ...]

    def table(self) -> "pandas.DataFrame":
        """One row a training, typed, as trials.csv holds them."""
        return trials_table.read(self.folder / "trials.csv")


def conclude_search(
    plan: SearchPlan,
    records: Sequence[Mapping[str, Any]],
    options: RunOptions,
    took: Took,
    references: ReferencesInfo | None,
) -> SearchResult:
    """Choose, and write the table, the coefficients and the pictures to the study's folder.

    Raises StudyError where they cannot be written.
    """
    folder = options.folder
    result = conclude(records, plan.rounds.finalists)
    trials_table.write(folder / "trials.csv", records)
    values = _coefficients(plan, result, records, options, took)
    # An old study whose command is run again is not the newest for that.
    if before := found_before(folder / FILE, values):
        values["created"] = before.isoformat(timespec="seconds")
    write_coefficients(folder / FILE, values)
    paths = write_pictures(folder, values, references)
    return SearchResult(plan, folder, values, result, took, references, tuple(paths))


def write_pictures(
    folder: Path, values: Mapping[str, Any] | None, references: ReferencesInfo | None
) -> list[Path]:
    """Draw pareto.png and report.html from trials.csv; returns what the study's folder holds."""
    frame = trials_table.read(folder / "trials.csv")
    info = pareto_info(
        trials_table.summary(frame), winner=answer_text.joined(values["names"]) if values else None
    )
    title = f"{values['baseline']}, phi {values['phi']:g}" if values else folder.name
    pareto_picture.draw_png(info, folder / "pareto.png", title, references)
    page.write(folder / "report.html", frame, values, {}, references)
    names = ("trials.csv", FILE, "pareto.png", "report.html")
    return [folder / name for name in names if (folder / name).exists()]


def _coefficients(
    plan: SearchPlan,
    result: Result,
    records: Sequence[Mapping[str, Any]],
    options: RunOptions,
    took: Took,
) -> dict[str, Any]:
    rows = {row["cell"]: row for row in records}
    winner = rows[result.winner]
    score = result.choice.winner
    baseline = result.baseline
    several = result.choice.pooled_std is not None
    return {
        "baseline": plan.network.name,
        "study": options.folder.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "alpha": winner["alpha"],
        "beta": winner["beta"],
        "gamma": winner["gamma"],
        "phi": plan.terms.phi,
        "names": winner["names"].split("; "),
        "shares": _shares(winner, "share"),
        "realised": {
            "repeats": _repeats(winner["repeats"]),
            **{key: winner[key] for key in ("width", "resolution", "macs", "params", "acts")},
            "counted_ratio": winner["counted_ratio"],
            "shares": _shares(winner, "full_share"),
        },
        "top1_mean": score.mean,
        "top1_std": score.std,
        "seeds": score.n,
        "baseline_top1_mean": baseline.mean if baseline else None,
        "baseline_top1_std": baseline.std if baseline else None,
        "gain": result.gain,
        "gain_on_further_seeds": result.fresh_gain,
        "tie": result.choice.tie,
        "tied_with": [rows[each.cell]["names"] for each in result.choice.tied],
        "rule": (RULE if several else RULE_ONE_SEED).format(
            count=len(result.finalists),
            ranked=_ranked_by(result),
            seeds=plan.rounds.most_seeds,
        ),
        "chosen_from": len(result.ranking),
        "ranking": [_ranked(each, rows, result) for each in result.ranking],
        "finalists": [_finalist(each, rows[each.cell]) for each in result.finalists],
        "beating_baseline": result.beating,
        "warning": result.warning or None,
        "failed_trainings": result.failed,
        **took.to_json(),
        "profile": plan.profile.name,
        "dataset": plan.data.dataset,
        "command": options.command,
        "settings": plan.settings,
        "versions": {
            "scalesearch": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("tensorflow", "keras", "optuna", "numpy")},
        },
    }


def _ranked_by(result: Result) -> str:
    """By what finalists were chosen, in words."""
    ranked = RANKED_SMOOTHED if result.smoothed else RANKED_PLAIN
    if not result.cut_at:
        return ranked
    return RANKED_CUT.format(count=len(result.cut_at)) + ranked


def _ranked(score: Score, rows: Mapping[str, Mapping[str, Any]], result: Result) -> dict[str, Any]:
    """A candidate after the search stage: its mean over the search seeds, and what ranked it.

    `top1_smoothed` is None where nothing was smoothed: then the mean did. It is so too of those
    that were cut, after the share `cut_at` of their training; None where it went to its end.
    """
    return {
        "names": rows[score.cell]["names"].split("; "),
        "top1_mean": score.mean,
        "top1_smoothed": result.estimates.get(score.cell) if result.smoothed else None,
        "cut_at": result.cut_at.get(score.cell),
    }


def _repeats(text: str) -> list[int] | str:
    """Blocks of each stage, once written as "1-2"; a Python function's depth, such as "x1.41"."""
    return text if text.startswith("x") else list(map(int, re.findall("[0-9]+", text)))


def _finalist(score: Score, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "names": row["names"].split("; "),
        **{key: row[key] for key in ("alpha", "beta", "gamma")},
        "top1_mean": score.mean,
        "top1_std": score.std,
        "seeds": score.n,
    }


def _shares(row: Mapping[str, Any], prefix: str) -> dict[str, float]:
    return {name: row[f"{prefix}_{name}"] for name in ("depth", "width", "resolution")}
