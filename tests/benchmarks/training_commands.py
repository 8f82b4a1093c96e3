"""The options of the measurements that are made of many real trainings."""

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Add them to those that `python -m tests.benchmarks` knows."""
    trainings = commands.add_parser(
        "trainings", help="train what a file of jobs names, in pieces, a row each"
    )
    trainings.add_argument(
        "jobs", type=Path, metavar="JOBS", help="JSON lines, or a table that this once wrote"
    )
    trainings.add_argument(
        "--to", type=Path, metavar="TABLE", help="the table of rows (default: JOBS, if a table)"
    )
    _trained(trainings)
    trainings.set_defaults(run=_trainings)

    table = commands.add_parser("table", help="networks of one budget trained at several lengths")
    table.add_argument("--profile", default="cifar10", metavar="NAME|FILE")
    table.add_argument(
        "--lengths", default="3:6,12:4,30:2", metavar="EPOCHS:SEEDS,...",
        help="(default: 3:6,12:4,30:2)",
    )  # fmt: skip
    for part in ("train", "validation"):
        table.add_argument(
            f"--{part}", type=int, metavar="IMAGES", help="(default: the profile's own count)"
        )
    _trained(table)
    _rows(table)
    table.set_defaults(run=_table)

    replay = commands.add_parser("replay", help="ways of searching, tried on `table`'s trainings")
    replay.add_argument("--profile", default="cifar10", metavar="NAME|FILE")
    replay.add_argument("--runs", type=int, default=40, help="tries of each (default: 40)")
    replay.set_defaults(run=_replay)

    for name, text in _TAGGED.items():
        measured = commands.add_parser(name, help=text)
        _rows(measured)
        measured.set_defaults(run=_tagged(name))


_TAGGED = {
    "geometry": "what odd pixels, and pixels that do not fit the strides, cost",
    "recipes": "noise of recipes and scores, in points and by seconds",
    "balance": "which baseline's proxy is balanced: surfaces over blocks, width and pixels",
}
"""Measurements that are made of trainings with tags."""


def _tagged(name: str) -> Callable[[argparse.Namespace], str]:
    def run(arguments: argparse.Namespace) -> str:
        module = importlib.import_module(f".{name}", __package__)
        return str(module.run(arguments.out, arguments.rows))

    return run


def _trained(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", metavar="FOLDER", help="of tensorflow-datasets")
    parser.add_argument(
        "--minutes", type=float, metavar="M",
        help="begin no training after so many; 0 trains nothing (default: train all)",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")


def _rows(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rows", type=Path, nargs="+", action="extend", default=[], metavar="FILE",
        help="take over trainings that were done elsewhere: tables, or JSON lines",
    )  # fmt: skip


def _trainings(arguments: argparse.Namespace) -> str:
    from . import trainings

    return trainings.run(
        trainings.Options(
            arguments.jobs,
            arguments.to,
            arguments.data_dir,
            arguments.minutes,
            arguments.workers,
        )
    )


def _replay(arguments: argparse.Namespace) -> str:
    from . import replay

    return replay.run(arguments.out, arguments.profile, arguments.runs)


def _table(arguments: argparse.Namespace) -> str:
    from . import table

    return table.run(
        table.Options(
            arguments.profile,
            table.lengths_of(arguments.lengths),
            arguments.train,
            arguments.validation,
            arguments.data_dir,
            arguments.minutes,
            arguments.workers,
            tuple(arguments.rows),
            arguments.out,
        )
    )
