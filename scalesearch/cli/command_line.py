"""The command line of this process."""

import shlex
import sys

from scalesearch.passwords import without_passwords


def command_line() -> str:
    """This command, as it would be typed; passwords in URLs left out."""
    return shlex.join(["scalesearch", *map(without_passwords, sys.argv[1:])])
