"""Thousands of malformed configurations and tables: each is read whole or refused in one sentence.

`python -m tests.malformed` reads 16,000 and prints one table. The same count and seed give the same
inputs: seeded mutations of the configurations that come with scalesearch and of what it writes.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from scalesearch.errors import ScaleSearchError

from .malformations import spoilt
from .malformed_files import Kind, kinds

COUNT, SEED = 16_000, 1
LONGEST = 1500
"""Characters of a message that a person still reads."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the inputs; `tracebacks` must be 0."""

    inputs: int
    yaml: int
    """Of these, YAML; `csv` and `json` likewise."""
    csv: int
    json: int
    refused: int
    """With a ScaleSearchError of one message that names the file or what is in it."""
    accepted: int
    """What is valid in spite of the change."""
    tracebacks: int
    """Any other exception, and messages that are none: empty, endless or unprintable."""
    slowest_ms: float
    faults: tuple[str, ...]
    """The first ten tracebacks, with the input's number."""


def run(count: int = COUNT, seed: int = SEED) -> Counts:
    """Read `count` malformed files, of which number n is the same for every count."""
    became: Counter[str] = Counter()
    faults: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as place:
        good = kinds(_folder(Path(place) / "good"))
        for number in range(count):
            chance = Random(f"{seed} {number}")
            kind = good[number % len(good)]
            path = Path(place) / "spoilt" / kind.name
            _folder(path.parent)
            path.write_bytes(spoilt(kind.content, chance))
            start = time.perf_counter()
            outcome, fault = _outcome(kind, path)
            slowest = max(slowest, time.perf_counter() - start)
            path.unlink()
            became[outcome] += 1
            became[kind.form] += 1
            if fault and len(faults) < 10:
                faults.append(f"{kind.name} {number}: {fault}")
    return Counts(
        inputs=count,
        yaml=became["yaml"],
        csv=became["csv"],
        json=became["json"],
        refused=became["refused"],
        accepted=became["accepted"],
        tracebacks=became["traceback"],
        slowest_ms=round(1e3 * slowest, 1),
        faults=tuple(faults),
    )


def _outcome(kind: Kind, path: Path) -> tuple[str, str]:
    """refused, accepted or traceback, and what is wrong in the last case."""
    try:
        kind.use(path)
    except ScaleSearchError as error:
        said = str(error)
        if not said.strip() or len(said) > LONGEST or "\x1b" in said or "\x00" in said:
            return "traceback", f"no message to read: {said[:200]!r}"
        return "refused", ""
    except Exception as error:
        return "traceback", f"{type(error).__name__}: {str(error)[:200]}"
    return "accepted", ""


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def table(counts: Counts) -> str:
    """Heading and one line."""
    row = {
        "inputs": f"{counts.inputs:,}",
        "YAML": f"{counts.yaml:,}",
        "CSV": f"{counts.csv:,}",
        "JSON": f"{counts.json:,}",
        "refused with a message": f"{counts.refused:,}",
        "accepted as valid": f"{counts.accepted:,}",
        "tracebacks": str(counts.tracebacks),
        "slowest, ms": f"{counts.slowest_ms:.1f}",
    }
    return "\n".join(
        f"| {' | '.join(cells)} |" for cells in (row, ["---:"] * len(row), row.values())
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.malformed", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    counts = run(asked.count, asked.seed)
    print(table(counts))
    for fault in counts.faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if counts.tracebacks else 0)


if __name__ == "__main__":
    main()
