"""`scalesearch report`: draw a study's picture and page again from its tables."""

from pathlib import Path
from typing import Annotated

import typer

from scalesearch.cli.options import Json, References
from scalesearch.errors import StudyError


def report(
    study: Annotated[
        str | None,
        typer.Argument(
            metavar="[STUDY]", show_default=False, help="Name of a study.  [default: the newest]"
        ),
    ] = None,
    results: Annotated[Path, typer.Option(metavar="FOLDER", help="Where studies lie.")] = Path(
        "results"
    ),
    references: References = None,
    json: Json = False,
) -> None:
    """Show a study's answer, and write its pareto.png and report.html anew from trials.csv."""
    from scalesearch.report.references import references_info

    published = None if references is None else references_info(references)
    folder = _folder(results, study)
    from scalesearch.cli.references import references_json, references_text
    from scalesearch.cli.render import print_json, say
    from scalesearch.config.answer_file import read_answer
    from scalesearch.config.coefficients import FILE
    from scalesearch.experiments.search_results import write_pictures
    from scalesearch.report import answer_text

    answer = read_answer(folder / FILE) if (folder / FILE).exists() else None
    paths = write_pictures(folder, answer, published)
    if json:
        found = answer.to_json() if answer else None
        told = {"study": folder.name, "coefficients": found, "paths": list(map(str, paths))}
        print_json(told | ({"references": references_json(published)} if published else {}))
        return
    lines = (
        [*answer_text.answer(answer), answer_text.tie(answer)]
        if answer
        else ["No winner is named yet: run the same `scalesearch grid` command to the end."]
    )
    if answer and answer.warning:
        lines.append(f"Warning: {answer.warning}")
    if published:
        lines += ["", references_text(published)]
    say("\n".join([*lines, "", f"Written: {', '.join(map(str, paths))}"]))


def _folder(results: Path, study: str | None) -> Path:
    from scalesearch.studies.recency import newest_first

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
    from scalesearch.core.spelling import suggestion

    near = suggestion(study, [*names, *begun])
    raise StudyError(f"There is no study {study!r} under {results}{near}.")


def _unfinished(folder: Path) -> str:
    from scalesearch.core.study_settings import kind_of
    from scalesearch.studies.settings import read_settings

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
