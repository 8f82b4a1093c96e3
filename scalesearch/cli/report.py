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
    from scalesearch.cli.outcome import write_pictures
    from scalesearch.cli.references import references_json, references_text
    from scalesearch.cli.render import print_json, say
    from scalesearch.config.coefficients import FILE
    from scalesearch.report import answer_file, words

    values = answer_file.read(folder / FILE) if (folder / FILE).exists() else None
    paths = write_pictures(folder, values, published)
    if json:
        answer = {"study": folder.name, "coefficients": values, "paths": list(map(str, paths))}
        print_json(answer | ({"references": references_json(published)} if published else {}))
        return
    lines = (
        [*words.answer(values), words.tie(values)]
        if values
        else ["No winner is named yet: run the same `scalesearch grid` command to the end."]
    )
    if values and values.get("warning"):
        lines.append(f"Warning: {values['warning']}")
    if published:
        lines += ["", references_text(published)]
    say("\n".join([*lines, "", f"Written: {', '.join(map(str, paths))}"]))


def _folder(results: Path, study: str | None) -> Path:
    known = sorted(
        (path.parent for path in results.glob("*/trials.csv")),
        key=lambda folder: (folder / "trials.csv").stat().st_mtime,
    )
    if study is None:
        if not known:
            raise StudyError(f"There is no study under {results}. Run `scalesearch grid` first.")
        return known[-1]
    if study not in {folder.name for folder in known}:
        from scalesearch.core.spelling import suggestion

        names = [folder.name for folder in known]
        raise StudyError(f"There is no study {study!r} under {results}{suggestion(study, names)}.")
    return results / study
