"""The command line of the measurements."""

import argparse
import sys
from pathlib import Path

from scalesearch.errors import ScaleSearchError
from scalesearch.surroundings import settle

from . import loop_command, training_commands


def main() -> None:
    settle()
    arguments = _parser().parse_args()
    try:
        print(arguments.run(arguments))
    except ScaleSearchError as error:
        sys.exit(f"Error: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure scalesearch on this machine. Each measurement writes a page and CSV "
        "tables with hardware, date and versions into the folder --out. Run it from the "
        "repository's root, on a machine that does nothing else.",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results/benchmarks"), metavar="FOLDER",
        help="where tables are written (default: results/benchmarks)",
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="WHAT")

    startup = commands.add_parser("startup", help="`scale --phi 3` beside a bare Typer program")
    startup.add_argument("--runs", type=int, default=25, help="runs of each (default: 25)")
    startup.set_defaults(run=_startup)

    dry_run = commands.add_parser("dry_run", help="`grid --dry-run` on the 0.05 box")
    dry_run.add_argument("--runs", type=int, default=9, help="runs of each (default: 9)")
    dry_run.set_defaults(run=_dry_run)

    counting = commands.add_parser("counting", help="architectures counted a second")
    counting.add_argument("--count", type=int, default=20_000, help="in a round (default: 20000)")
    counting.add_argument("--rounds", type=int, default=5, help="(default: 5)")
    counting.set_defaults(run=_counting)

    models = commands.add_parser("counting_models", help="built Keras models counted")
    models.add_argument("--rounds", type=int, default=20, help="(default: 20)")
    models.set_defaults(run=_counting_models)

    memory = commands.add_parser("memory", help="peak memory of training workers, predicted or not")
    memory.add_argument(
        "--only", default="", metavar="TEXT", help="cases whose names hold it (default: all)"
    )
    memory.set_defaults(run=_memory)

    search = commands.add_parser("search", help="wall time of `grid --phi 1`")
    search.add_argument("--profile", default="quick", metavar="NAME|FILE")
    search.add_argument("--runs", type=int, default=1, help="(default: 1)")
    search.set_defaults(run=_search)

    study = commands.add_parser("study", help="a study of many trials: commits, opening, memory")
    study.add_argument(
        "--sizes", type=int, nargs="+", default=[100, 1000, 3000, 10_000], metavar="TRIALS"
    )
    study.set_defaults(run=_study)

    kept = commands.add_parser("checkpoints", help="what checkpoints cost a `quick` training")
    kept.add_argument("--runs", type=int, default=5, help="of each (default: 5)")
    kept.set_defaults(run=_checkpoints)

    planted = commands.add_parser(
        "planted", help="searches of surfaces whose best point is known, and what they tell"
    )
    planted.add_argument("--runs", type=int, default=2000, help="of each kind (default: 2000)")
    planted.add_argument(
        "--draws", type=int, default=1000, help="of the prior, for calibration (default: 1000)"
    )
    planted.add_argument("--processes", type=int, default=2, help="(default: 2)")
    planted.set_defaults(run=_planted)

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

    throughput = commands.add_parser(
        "throughput", help="training images a second, beside Keras fit and PyTorch"
    )
    throughput.add_argument("--rounds", type=int, default=5, help="(default: 5)")
    throughput.add_argument("--starts", type=int, default=3, help="of each kind (default: 3)")
    throughput.set_defaults(run=_throughput)
    loop_command.add(commands)
    training_commands.add(commands)

    summary = commands.add_parser("summary", help="the ratios of all tables on one page")
    summary.set_defaults(run=_summary)
    return parser


def _startup(arguments: argparse.Namespace) -> str:
    from . import startup

    return startup.run(arguments.out, arguments.runs)


def _dry_run(arguments: argparse.Namespace) -> str:
    from . import dry_run

    return dry_run.run(arguments.out, arguments.runs)


def _counting(arguments: argparse.Namespace) -> str:
    from . import counting

    return counting.run(arguments.out, arguments.count, arguments.rounds)


def _counting_models(arguments: argparse.Namespace) -> str:
    from . import counting_models

    return counting_models.run(arguments.out, arguments.rounds)


def _memory(arguments: argparse.Namespace) -> str:
    from . import memory

    return memory.run(arguments.out, arguments.only)


def _search(arguments: argparse.Namespace) -> str:
    from . import search

    return search.run(arguments.out, arguments.profile, arguments.runs)


def _study(arguments: argparse.Namespace) -> str:
    from . import study

    return study.run(arguments.out, tuple(sorted(arguments.sizes)))


def _checkpoints(arguments: argparse.Namespace) -> str:
    from . import checkpoints

    return checkpoints.run(arguments.out, arguments.runs)


def _planted(arguments: argparse.Namespace) -> str:
    from . import planted

    return planted.run(arguments.out, arguments.runs, arguments.draws, arguments.processes)


def _stability(arguments: argparse.Namespace) -> str:
    from . import stability, stability_studies

    return stability.run(
        stability_studies.Options(
            arguments.profile,
            arguments.seeds,
            arguments.dataset,
            arguments.data_dir,
            arguments.results,
            arguments.out,
        )
    )


def _throughput(arguments: argparse.Namespace) -> str:
    from . import throughput

    return throughput.run(arguments.out, arguments.rounds, arguments.starts)


def _summary(arguments: argparse.Namespace) -> str:
    from . import summary

    return summary.run(arguments.out)


if __name__ == "__main__":
    main()
