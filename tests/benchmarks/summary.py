"""`summary`: the ratios that the measurements are about, on one page.

It measures nothing: each line is read from the CSV tables that lie in the folder.
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scalesearch.errors import ScaleSearchError
from scalesearch.files.csv_files import Row, read_rows

from . import loop_rows, startup, throughput
from .records import markdown

Read = Callable[..., list[Row]]
"""A table's rows by its name and the columns that it must have; FileNotFoundError without it."""
FILE = "README.md"
COUNTING_AIM = 10_000
RATE, SECONDS = "architectures_a_second", "profiler_seconds"
HEAD = (
    "# Measured\n\n"
    "Ratios of medians, each measured side by side with its peer in one run; two numbers are the "
    "least and the most of several cases. The pages have them all, with hardware, versions, date "
    "and command. This one is made of their tables by `python -m tests.benchmarks summary`.\n\n"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One line: what is compared with what, the page it is on, the ratio to reach, those found."""

    what: str
    peer: str
    page: str
    aim: float
    ratios: Callable[[Read], list[float]]
    at_most: bool = False
    """Whether the aim is a ceiling."""

    def row(self, read: Read) -> dict[str, str]:
        """The line's cells."""
        try:
            found = sorted(self.ratios(read))
        except FileNotFoundError:
            found = []
        reached = sum(each <= self.aim if self.at_most else each >= self.aim for each in found)
        all_alike = reached in (0, len(found))
        return {
            "measure": self.what,
            "beside": self.peer,
            "aim": f"{'at most ' if self.at_most else ''}{self.aim:,g}",
            "measured": " to ".join(dict.fromkeys(map(_shown, (found[0], found[-1]))))
            if found
            else "not yet",
            "reached": ("yes" if reached else "no") if all_alike else f"{reached} of {len(found)}",
            "page": f"[{self.page}]({self.page}.md)",
        }


def run(out: Path) -> str:
    """Write the page into the folder `out`, where the tables are; return its text."""
    out.mkdir(parents=True, exist_ok=True)

    def read(name: str, *columns: str) -> list[Row]:
        remedy = f"Measure it anew with: python -m tests.benchmarks {name.partition('_')[0]}"
        return read_rows(out / f"{name}.csv", columns, ScaleSearchError, remedy)

    rows = [measure.row(read) for measure in MEASURES]
    text = HEAD + markdown(rows) + "\n"
    (out / FILE).write_text(text, encoding="utf-8")
    return text


def _shown(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 1000 else f"{ratio:.3g}"


def _column(table: str, column: str, **where: float | str) -> Callable[[Read], list[float]]:
    """The numbers of a column, in rows that have these values in others."""

    def ratios(read: Read) -> list[float]:
        return [
            row.number(column)
            for row in read(table, column, *where)
            if all(type(value)(row.cells[key]) == value for key, value in where.items())
        ]

    return ratios


def _profiler(read: Read) -> list[float]:
    rates = [row.number(RATE) for row in read("counting", RATE)]
    profiler = [row.number(SECONDS) for row in read("counting_profiler", SECONDS)]
    rate, each = statistics.median(rates), statistics.median(profiler)
    return [rate * each]


def _start_up(read: Read) -> list[float]:
    ours, bare = (row.number("median_seconds") for row in read("startup", "median_seconds"))
    return [ours / bare]


def _by_pixels(peer: str, column: str, aim: float) -> list[Measure]:
    return [
        Measure(
            f"training images a second of the machine, B0's blocks at {pixels} pixels",
            peer,
            "throughput",
            aim,
            _column("throughput", column, resolution=pixels),
        )
        for pixels in (32, 64)
    ]


MEASURES = (
    Measure(
        "a whole search", "the plain loop: each point a fresh process, Keras `fit`", "loop",
        loop_rows.PLAIN_AIM, _column("loop", "times_ours", what="plain loop"),
    ),
    Measure(
        "the same", "the decent loop: one process, each network once", "loop",
        loop_rows.DECENT_AIM, _column("loop", "times_ours", what="decent loop"),
    ),
    *_by_pixels(
        "Keras `fit` as it comes", "times_keras_as_it_comes", throughput.KERAS_AIM
    ),
    *_by_pixels(
        "Keras `fit`, the better of that and 2 processes x 1 thread", "times_keras",
        throughput.KERAS_AIM,
    ),
    *_by_pixels(
        "PyTorch, the better of 2 processes x 1 thread and 1 x 2", "times_pytorch",
        throughput.TORCH_AIM,
    ),
    Measure(
        "from a training handed out to its first step", "Keras `fit` to its first step",
        "throughput", throughput.START_AIM, _column("throughput_start", "times_keras"),
    ),
    Measure(
        "two workers on two cores", "one worker", "throughput", throughput.WORKERS_AIM,
        _column("throughput", "times_1_worker"),
    ),
    Measure(
        "reading and changing images, percent of a step", "the step", "throughput",
        throughput.INPUT_AIM, _column("throughput", "input_percent_of_step"), at_most=True,
    ),
    Measure(
        "architectures counted", "TensorFlow's profiler", "counting", COUNTING_AIM, _profiler
    ),
    Measure(
        "`scale --phi 3`, cold", "a bare Typer program", "startup", startup.LIMIT, _start_up,
        at_most=True,
    ),
)  # fmt: skip
