"""`scalesearch report`: draw a study's picture and page again from its tables."""

from pathlib import Path
from typing import Annotated

import typer

from scalesearch.cli.options import Json, References


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
    from scalesearch.cli.references_text import references_json, references_text
    from scalesearch.cli.render import print_json, say
    from scalesearch.experiments.study_reports import redraw
    from scalesearch.report import answer_text

    folder, answer, published, paths = redraw(study, results=results, references=references)
    if json:
        found = answer.to_json() if answer else None
        told = {"study": folder.name, "coefficients": found, "paths": list(map(str, paths))}
        print_json(told | ({"references": references_json(published)} if published else {}))
        return
    lines = (
        [*answer_text.answer(answer)]
        if answer
        else ["No split is named yet: run the same `scalesearch grid` command to the end."]
    )
    if answer and answer.warning:
        lines.append(f"Warning: {answer.warning}")
    if published:
        lines += ["", references_text(published)]
    say("\n".join([*lines, "", f"Written: {', '.join(map(str, paths))}"]))
