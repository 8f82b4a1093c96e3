"""`dry_run`: `grid --dry-run` on the 0.05 box at equal cost, beyond the command's own start-up."""

import statistics
import sys
from pathlib import Path

from . import records, timing

LIMIT = 2.0
GRID = "grid --dry-run --grid box --step 0.05 --json"
START = "grid --help"


def run(out: Path, runs: int) -> str:
    """Measure, write the tables, return the page."""
    command = [sys.executable, "-m", "scalesearch"]
    commands = [[*command, *line.split()] for line in (GRID, START)]
    whole, start = timing.alternating(commands, runs, timing.CHECKOUT)
    beyond = statistics.median(whole) - statistics.median(start)
    lines = [
        f"`scalesearch {GRID}` takes {beyond:.2f} s beyond the start-up of `scalesearch {START}` "
        f"(medians of {runs} runs each). It realises 108 candidates at equal cost, each as the "
        f"full-size network and as its proxy. Aim: under {LIMIT:g} s.",
    ]
    rows = [timing.row(GRID, whole), timing.row(START, start)]
    return records.write(
        out, "dry_run", "Dry run of a box grid", lines, [records.Table("", "Wall time", rows)]
    )
