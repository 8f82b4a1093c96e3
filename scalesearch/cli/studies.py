"""`scalesearch studies`: what studies there are, and to show, delete, export and import one."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scalesearch.cli.options import Json
from scalesearch.cli.usage import Command, Group
from scalesearch.errors import StudyError
from scalesearch.experiments.study_names import checked_name
from scalesearch.version import __version__

if TYPE_CHECKING:
    from scalesearch.studies.catalogue import StudyInfo

Results = Annotated[
    Path | None,
    typer.Option(
        "--results",
        metavar="FOLDER",
        show_default=False,
        help="Where studies lie.  [default: results]",
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a study.")]

app = typer.Typer(
    cls=Group,
    suggest_commands=False,
    rich_markup_mode=None,
    help="List the studies, newest first; show, delete, export, import one.",
)


@dataclass(frozen=True, slots=True)
class _Before:
    """Options that stood before the command's name: they hold for it too."""

    results: Path | None
    json: bool


@app.callback(invoke_without_command=True)
def studies(context: typer.Context, results: Results = None, json: Json = False) -> None:
    """List the studies, newest first; show, delete, export, import one."""
    context.obj = _Before(results, json)
    if context.invoked_subcommand:
        return
    from scalesearch.cli.render import print_json, say
    from scalesearch.cli.study_list_text import list_json, list_text
    from scalesearch.studies.catalogue import list_studies
    from scalesearch.studies.removal import sweep

    folder = results or Path("results")
    sweep(folder)
    found = list_studies(folder)
    if json:
        print_json(list_json(found, folder))
    else:
        say(list_text(found, folder))


@app.command(cls=Command)
def show(context: typer.Context, name: Name, results: Results = None, json: Json = False) -> None:
    """Show a study: its settings, progress, failures, files, and how it goes on."""
    from scalesearch.cli.render import print_json, say
    from scalesearch.cli.study_facts import show_json, show_text

    study = _find(context, results, name)
    if json or context.obj.json:
        print_json(show_json(study))
    else:
        say(show_text(study))


@app.command(cls=Command)
def delete(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    results: Results = None,
    json: Json = False,
) -> None:
    """Delete a study and all its files, after showing what is lost."""
    from scalesearch.cli.render import note, print_json, say
    from scalesearch.cli.study_list_text import loss_text
    from scalesearch.studies import removal

    study = _find(context, results, name)
    removal.sweep(study.folder.parent)
    if not yes:
        note(loss_text(study))
        _confirm(study)
    whole = removal.delete(study.folder)
    if not whole:
        note("Some of its files resist, and are tried again by the next `scalesearch studies`.")
    if json or context.obj.json:
        print_json({"deleted": study.name, "bytes": study.size})
    else:
        say(f"Deleted: {study.folder}")


@app.command(cls=Command)
def export(
    context: typer.Context,
    name: Name,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", show_default=False, help="The archive.  [default: NAME.tar.gz]"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.")] = False,
    results: Results = None,
    json: Json = False,
) -> None:
    """Write a study to one archive, also while it is being run."""
    from scalesearch.cli.render import print_json, say
    from scalesearch.core.quantities import several, stored_size
    from scalesearch.studies import archive

    study = _find(context, results, name)
    target = file or Path(f"{name}.tar.gz")
    if target.is_dir():
        target = target / f"{name}.tar.gz"
    done = archive.export(study.folder, target, __version__, force)
    if json or context.obj.json:
        print_json({"study": name, "path": str(target), "files": done.files, "bytes": done.size})
    else:
        say(f"Written: {target} ({several(done.files, 'file')}, {stored_size(done.size)})")


@app.command("import", cls=Command)
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that export wrote.")],
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", show_default=False, help="Its name here.  [default: its own]"
        ),
    ] = None,
    results: Results = None,
    json: Json = False,
) -> None:
    """Take in a study from an archive: checked first, then seen whole or not at all."""
    from scalesearch.cli.render import print_json, say
    from scalesearch.cli.study_list_text import arrived_text, summary_json
    from scalesearch.studies.archive_import import arriving, check_free, settle
    from scalesearch.studies.removal import sweep

    folder = results or context.obj.results or Path("results")
    sweep(folder)
    if name is not None:
        check_free(folder / checked_name(name, "Option --name"))
    with arriving(file, folder) as arrival:
        called = name or checked_name(arrival.name, f"The name of the study in {file}")
        study = settle(arrival, folder / called)
    if json or context.obj.json:
        print_json(summary_json(study))
    else:
        say(arrived_text(study))


def _find(context: typer.Context, results: Path | None, name: str) -> "StudyInfo":
    from scalesearch.studies.catalogue import find_study

    folder = results or context.obj.results or Path("results")
    return find_study(folder, checked_name(name, "Argument NAME"))


def _confirm(study: "StudyInfo") -> None:
    """Ask on standard error. Raises StudyError unless a person says yes."""
    if not sys.stdin.isatty():
        raise StudyError(
            f"Deleting {study.folder} must be confirmed, and nobody can be asked here. Give --yes."
        )
    sys.stderr.write(f"Delete {study.folder}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise StudyError("Nothing was deleted: it was not confirmed.")
