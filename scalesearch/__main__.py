"""The program's first lines: `scalesearch` and `python -m scalesearch`."""

import sys

from scalesearch.surroundings import settle


def main() -> None:
    """Run the command line; an interrupt while it is being loaded ends it without a traceback."""
    try:
        settle()
        from scalesearch.cli.app import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
