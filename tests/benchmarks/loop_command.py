"""The options of `loop`."""

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Add the measurement to those that `python -m tests.benchmarks` knows."""
    loop = commands.add_parser("loop", help="a whole search beside the loop people write")
    loop.add_argument(
        "--profile", default="tests/benchmarks/loop.yaml", metavar="NAME|FILE",
        help="(default: tests/benchmarks/loop.yaml)",
    )  # fmt: skip
    loop.add_argument("--data-dir", metavar="FOLDER", help="of tensorflow-datasets")
    loop.add_argument("--step", type=float, default=0.1, help="of the box (default: 0.1)")
    loop.add_argument("--tolerance", type=float, default=0.2, help="of the box (default: 0.2)")
    loop.add_argument(
        "--points", type=int, metavar="K", help="time K points of the loops only (default: all)"
    )
    loop.add_argument("--runs", type=int, default=3, help="searches of ours (default: 3)")
    loop.add_argument("--seeds", type=int, default=5, help="of each winner (default: 5)")
    loop.add_argument(
        "--one-worker", action=argparse.BooleanOptionalAction, default=True,
        help="also search with one worker (default: yes)",
    )  # fmt: skip
    loop.add_argument(
        "--work", type=Path, metavar="FOLDER",
        help="keep what is measured there, and go on with what it has",
    )  # fmt: skip
    loop.set_defaults(run=_loop)


def _loop(arguments: argparse.Namespace) -> str:
    from . import loop, loop_sides

    return loop.run(
        loop.Options(
            loop_sides.Grid(
                arguments.profile, arguments.data_dir, arguments.step, arguments.tolerance
            ),
            arguments.points,
            arguments.runs,
            arguments.seeds,
            arguments.one_worker,
            arguments.work,
            arguments.out,
        )
    )
