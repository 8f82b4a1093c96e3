"""What a finished search leaves: trials.csv, coefficients.yaml, pareto.png, report.html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.config.answer_file import write_answer
from scalesearch.config.coefficients import FILE, found_before
from scalesearch.core.answer import Answer
from scalesearch.core.surface_info import SurfaceInfo
from scalesearch.errors import StudyError
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.named_point import named
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.search_stop import naming_of
from scalesearch.experiments.stopwatch import Took
from scalesearch.report import answer_text, page, pareto_picture, trials_table
from scalesearch.report.pareto import pareto_info
from scalesearch.report.references import ReferencesInfo
from scalesearch.search.conclusion import Result
from scalesearch.search.surface_lattice import surface_info
from scalesearch.search.verdict import About, answer_of, versions
from scalesearch.version import __version__

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True, repr=False)
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
    answer: Answer
    result: Result
    took: Took
    references: ReferencesInfo | None
    paths: tuple[Path, ...]

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        by = self.answer
        found = f"alpha {by.alpha:.4g}, beta {by.beta:.4g}, gamma {by.gamma:.4g}"
        return f"<SearchResult {self.folder}: {found}>"

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
    folder, naming = options.folder, naming_of(plan)
    trials_table.write(folder / "trials.csv", records)
    result, point = named(records, naming, plan.network, plan.terms.phi, plan.terms.ceilings)
    about = About(
        baseline=plan.network.name,
        phi=plan.terms.phi,
        study=folder.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        epochs=plan.profile.recipe.epochs,
        profile=plan.profile.name,
        dataset=plan.data.dataset,
        command=options.command or None,
        settings=plan.settings.to_json(),
        versions=versions(__version__),
        **took.to_json(),
    )
    answer = answer_of(result, point, naming, about)
    # An old study whose command is run again is not the newest for that.
    if before := found_before(folder / FILE, answer.to_json()):
        answer = replace(answer, created=before.isoformat(timespec="seconds"))
    write_answer(folder / FILE, answer)
    paths = write_pictures(folder, answer, references)
    return SearchResult(plan, folder, answer, result, took, references, tuple(paths))


def write_pictures(
    folder: Path, answer: Answer | None, references: ReferencesInfo | None
) -> list[Path]:
    """Draw pareto.png and report.html from trials.csv; returns what the study's folder holds."""
    frame = trials_table.read(folder / "trials.csv")
    surface, no_surface = _surface(folder, answer)
    info = pareto_info(trials_table.summary(frame), named=answer.name if answer else None)
    title = answer_text.headline(answer) if answer else folder.name
    pareto_picture.draw_png(info, folder / "pareto.png", title, references, surface, answer)
    page.write(folder / "report.html", frame, answer, {}, references, surface, no_surface)
    names = ("trials.csv", FILE, "pareto.png", "report.html")
    return [folder / name for name in names if (folder / name).exists()]


def _surface(folder: Path, answer: Answer | None) -> tuple[SurfaceInfo | None, str]:
    """The surface that led to the answer; where its table has none, why, in a sentence."""
    if answer is None:
        return None, ""
    try:
        return surface_info(trials_table.records(folder / "trials.csv"), answer), ""
    except StudyError as error:
        return None, str(error)
