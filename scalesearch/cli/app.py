"""The command line: registers the commands, and turns errors into one sentence and an exit code.

Exit codes: 0 done, 2 something the user can mend, 129, 130 or 143 ended by SIGHUP, SIGINT or
SIGTERM; 1 is a fault of the program.
"""

import codecs
import contextlib
import gc
import io
import os
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from scalesearch.cli.option_names import with_options
from scalesearch.cli.streams import Discreet, Steady
from scalesearch.cli.usage import Command, Group
from scalesearch.core.plain_text import printable, short
from scalesearch.errors import ScaleSearchError
from scalesearch.version import __version__

if TYPE_CHECKING:
    from scalesearch.experiments.executor_choice import Executors

DEBUG = "--debug"
COMMANDS = ("grid", "scale", "compare", "sweep", "cam", "cost", "build", "report", "studies")
"""Each is a function, or an app of its own, in the module of its name."""


def app_of(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The program with these commands: most of the start of a short one goes into the others'."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        cls=Group,
        suggest_commands=False,
    )
    app.callback()(_options)
    for name in names:
        module = import_module(f"scalesearch.cli.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(cls=Command)(getattr(module, name))
    return app


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"scalesearch {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(DEBUG, help="Show the traceback of an error (anywhere on the line)."),
    ] = False,
) -> None:
    """Search the balance of depth, width and resolution for a ConvNet, then scale it."""


PLAIN = {"\N{NO-BREAK SPACE}": " ", "\N{PLUS-MINUS SIGN}": "+-"}
"""What stands for a character that a stream cannot encode; for all others "?" does."""


def main(executors: "Executors | None" = None) -> None:
    """Run the command line of this process and leave with its exit code; as `run` otherwise."""
    codecs.register_error("scalesearch.plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="scalesearch.plain")
    try:
        run(sys.argv[1:], executors)
    finally:
        gc.freeze()  # nothing is left to collect for; looking costs a quarter of a short command


def _plain(error: UnicodeError) -> tuple[str, int]:
    """What is written instead of what could not be encoded, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(PLAIN.get(char, "?") for char in lost), error.end


def run(arguments: list[str], executors: "Executors | None" = None) -> None:
    """Run one command line. Leaves by SystemExit with the exit code.

    `executors` makes the executor of a study, where it is not to be the usual one.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up chatter
    output, errors = Steady(sys.stdout), Steady(sys.stderr)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(Discreet(errors)):
        try:
            _run([each for each in arguments if each != DEBUG], output, executors)
        except ScaleSearchError as error:
            if DEBUG in arguments:
                traceback.print_exc()
            sys.stderr.write(f"Error: {printable(with_options(str(error)))}\n")
            sys.exit(2)
        except OSError as error:  # a path that is too long, forbidden, or on a broken disk
            if DEBUG in arguments:
                traceback.print_exc()
            where = short(str(error.filename), 200) if error.filename else "A file"
            sys.stderr.write(f"Error: {where} cannot be used: {error.strerror or error}.\n")
            sys.exit(2)
        except Exception:  # a fault of the program: all of it, as the interpreter would
            traceback.print_exc()
            sys.exit(1)
        except KeyboardInterrupt:  # before a command has its own way of ending
            sys.exit(130)
        finally:
            for stream in (output, errors):
                stream.give_up()


def _run(arguments: list[str], output: Steady, executors: "Executors | None") -> None:
    """Run the command to its end, and only then say that what it printed could not be written."""
    asked = next((each for each in arguments if not each.startswith("-")), "")
    app = app_of([asked] if asked in COMMANDS else COMMANDS)
    try:
        app(args=arguments, prog_name="scalesearch", obj=executors)
    except SystemExit as left:
        output.flush()
        lost = output.failure
        if left.code or lost is None or isinstance(lost, BrokenPipeError):  # who left has enough
            raise
        raise ScaleSearchError(
            f"Standard output cannot be written: {lost.strerror or lost}."
        ) from lost
