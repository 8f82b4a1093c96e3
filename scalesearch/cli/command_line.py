"""The command line of this process."""

import shlex
import sys


def command_line() -> str:
    """This command, as it would be typed."""
    return shlex.join(["scalesearch", *sys.argv[1:]])
