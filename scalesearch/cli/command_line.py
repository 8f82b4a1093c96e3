"""The command line of this process, and parts of those that may follow it."""

import shlex
import sys
from pathlib import Path

from scalesearch.core.passwords import without_passwords


def command_line() -> str:
    """This command, as it would be typed; passwords in URLs left out."""
    return shlex.join(["scalesearch", *map(without_passwords, sys.argv[1:])])


def study_options(folder: Path) -> list[str]:
    """The options by which another command finds the study in `folder`."""
    where = [] if folder.parent == Path("results") else ["--results", str(folder.parent)]
    return ["--study", folder.name, *where]
