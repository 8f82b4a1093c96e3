"""The command line of the measurements."""

import argparse
import sys
from pathlib import Path

from scalesearch.errors import ScaleSearchError


def main() -> None:
    arguments = _parser().parse_args()
    try:
        print(arguments.run(arguments))
    except ScaleSearchError as error:
        sys.exit(f"Error: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure scalesearch on this machine. Each writes a page and CSV tables with "
        "hardware, date and versions into the folder --out. Run it from the repository's root, on "
        "a machine that does nothing else.",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results/benchmarks"), metavar="FOLDER",
        help="where tables are written (default: results/benchmarks)",
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="WHAT")

    stability = commands.add_parser("stability", help="agreement of searches with several seeds")
    stability.add_argument("--profile", default="quick", metavar="NAME|FILE")
    stability.add_argument("--seeds", type=int, default=5, metavar="COUNT")
    stability.add_argument("--dataset", metavar="NAME", help="instead of the profile's")
    stability.add_argument("--data-dir", metavar="FOLDER")
    stability.add_argument(
        "--results", type=Path, default=Path("results"), metavar="FOLDER",
        help="where the studies lie; finished ones are read, not run (default: results)",
    )  # fmt: skip
    stability.set_defaults(run=_stability)
    return parser


def _stability(arguments: argparse.Namespace) -> str:
    from . import stability

    return stability.run(
        stability.Options(
            arguments.profile,
            arguments.seeds,
            arguments.dataset,
            arguments.data_dir,
            arguments.results,
            arguments.out,
        )
    )


if __name__ == "__main__":
    main()
