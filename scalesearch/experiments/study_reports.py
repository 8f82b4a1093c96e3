"""A search's answer, picture and page anew, from the tables in its folder."""

from pathlib import Path
from typing import NamedTuple

from scalesearch.config.answer_file import read_answer
from scalesearch.config.coefficients import FILE
from scalesearch.core.answer import Answer
from scalesearch.core.spelling import suggestion
from scalesearch.core.study_settings import kind_of
from scalesearch.errors import StudyError
from scalesearch.experiments import arguments
from scalesearch.experiments.earlier_answers import concluded_again, is_earlier
from scalesearch.experiments.search_results import write_pictures
from scalesearch.report.references import ReferencesInfo, references_info
from scalesearch.studies.recency import newest_first
from scalesearch.studies.settings import read_settings


class StudyReport(NamedTuple):
    """What a search found, as its folder holds it, and the files that were drawn."""

    folder: Path
    answer: Answer | None
    """None where no point is named yet."""
    references: ReferencesInfo | None
    """Published networks that are shown beside it, where they were asked for."""
    paths: tuple[Path, ...]


def redraw(
    study: str | None = None,
    *,
    results: Path | str = "results",
    references: str | None = None,
) -> StudyReport:
    """Read a search's answer, and write its pareto.png and report.html anew from trials.csv.

    An answer of an earlier release is concluded anew by the present rule, and written so.

    Args:
        study: its name; None for the newest under `results`.
        references: "imagenet" to draw the networks of the EfficientNet paper's table 2 too.

    Loads pandas, matplotlib and Plotly. Raises StudyError for an unknown or unfinished study, or
    one whose files are damaged.
    """
    published = None if references is None else references_info(references)
    name = None if study is None else arguments.text("study", study)
    folder = _folder(arguments.path("results", results), name)
    answer = _answer(folder)
    paths = write_pictures(folder, answer, published)
    return StudyReport(folder, answer, published, tuple(paths))


def _answer(folder: Path) -> Answer | None:
    """What the study's file holds; where an earlier rule made it, what the present one says."""
    if not (folder / FILE).exists():
        return None
    return concluded_again(folder) if is_earlier(folder) else read_answer(folder / FILE)


def _folder(results: Path, study: str | None) -> Path:
    known = newest_first(path.parent for path in results.glob("*/trials.csv"))
    names = [folder.name for folder in known]
    if study in names:
        return results / str(study)
    begun = sorted({path.parent.name for path in results.glob("*/settings.json")} - set(names))
    if study is None:
        if known:
            return known[0]
        raise StudyError(
            f"There is no finished study under {results}. Run `scalesearch grid` to its end first."
        )
    if study in begun:
        raise StudyError(_unfinished(results / study))
    near = suggestion(study, [*names, *begun])
    raise StudyError(f"There is no study {study!r} under {results}{near}.")


def _unfinished(folder: Path) -> str:
    command = kind_of(read_settings(folder) or {})
    if command != "grid":
        return (
            f"The study {folder} is one of `scalesearch {command}`, which draws its own picture: "
            f"run the same command again for it. `scalesearch report` shows studies of `grid`."
        )
    return (
        f"The study {folder} is unfinished: it has no trials.csv yet. Run the same "
        "`scalesearch grid` command again: it goes on from where it stopped."
    )
