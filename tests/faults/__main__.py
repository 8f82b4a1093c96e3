"""The command line of the fault harness."""

import argparse
import tempfile
import time
from pathlib import Path

from tests.benchmarks import records

from . import series
from .tally import Tally, coverage

NOTES = (
    "Searches by the real command line, `scalesearch grid`, disturbed and then continued by the "
    "same command until they end. A result is acknowledged once the driver has said that it is "
    "recorded; lost, if the study, opened again after the fault, does not hold it as it was told; "
    "doubled, if it is there or was told twice. An outcome differs if the names of the point, "
    "coefficients.yaml, any row of trials.csv (times aside) or the hash of any weights is not that "
    "of the same search left alone. A command ended badly if it ended by itself with anything but "
    "exit code 0, or 2 and one message without a traceback. Left behind are temporary files.",
    "The fake trainer keeps real checkpoints, at every step, and its score depends on every step; "
    "so does the real one here. The kills of whole searches count for the fault that is named; "
    "errors at a write, and file systems, are met by a search in one process.",
)


def main() -> None:
    arguments = _parser().parse_args()
    begun = time.monotonic()
    options = series.Options(
        kills=arguments.kills,
        real=round(arguments.kills * series.REAL_SHARE),
        seed=arguments.seed,
        every=1,
        fillings=40,
        malformed=16_000,
        signals=20,
    )
    with tempfile.TemporaryDirectory(prefix="faults") as name:
        tallies = series.run(options, Path(name).resolve())
    minutes = (time.monotonic() - begun) / 60
    print(_page(arguments.out, tallies, f"It took {minutes:.0f} minutes."))
    if any(tally.wrong for tally in tallies):
        raise SystemExit(1)


def _page(out: Path, tallies: list[Tally], took: str) -> str:
    """Write results and coverage as CSV, and both as README.md; returns the latter."""
    struck = [place for tally in tallies for place in tally.places.items()]
    signalled = sum(count for (victim, _), count in struck if victim.startswith("SIG"))
    killed = sum(count for _, count in struck) - signalled
    wrong = [f"- {sentence}" for tally in tallies for sentence in tally.wrong]
    lines = [
        *(line for note in NOTES for line in (note, "")),
        f"{killed} processes were killed by SIGKILL, {signalled} were sent another signal. {took}",
        *(["", "What went wrong:", "", *wrong] if wrong else []),
    ]
    tables = [
        records.Table("", "Faults and what they cost", [tally.row() for tally in tallies]),
        records.Table("kills", "Who was killed, and when", coverage(tallies)),
    ]
    text = records.write(out, "faults", "Faults", lines, tables, program="tests.faults")
    (out / "faults.md").rename(out / "README.md")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults",
        description="Kill searches, fill and break their disks, feed them nonsense, and count what "
        "is lost. Writes a page and CSV tables with hardware, date and versions. Run it from the "
        "repository's root. Needs Linux; with a C compiler and a right to mount it shows more.",
    )
    parser.add_argument(
        "--kills", type=int, default=220, metavar="COUNT",
        help="processes to kill, a tenth of them with the real trainer (default: 220)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of moments and victims (default: 0)")
    parser.add_argument(
        "--out", type=Path, default=Path("results/faults"), metavar="FOLDER",
        help="where tables are written (default: results/faults)",
    )  # fmt: skip
    return parser


if __name__ == "__main__":
    main()
