"""The program's first lines: `scalesearch` and `python -m scalesearch`."""

import gc
import sys

from scalesearch.surroundings import settle

_KEPT = 50_000
"""Objects that are made before a collection: with the usual 700, those while libraries are loaded
take a twentieth of a short command and find nothing."""


def main() -> None:
    """Run the command line; an interrupt while it is being loaded ends it without a traceback."""
    gc.set_threshold(_KEPT)
    try:
        settle()
        from scalesearch.cli.app import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
