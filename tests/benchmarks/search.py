"""`search`: wall time of `scalesearch grid --phi 1`, from an empty folder to the written answer."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from . import records, timing

LIMIT = 300


def run(out: Path, profile: str, runs: int) -> str:
    """Measure, write the tables, return the page."""
    rows = [_run(profile, index) for index in range(runs)]
    walls = [row["wall_seconds"] for row in rows]
    lines = [
        f"`scalesearch grid --phi 1 --profile {Path(profile).stem}` takes "
        f"{statistics.median(walls):.0f} s (median of {runs} runs, {min(walls):.0f} to "
        f"{max(walls):.0f}), images and pictures included. "
        f"Aim for the profile quick on two cores: under {LIMIT} s.",
    ]
    name = f"search_{Path(profile).stem}"
    table = records.Table("", "Each run in an empty folder", rows)
    return records.write(
        out, name, f"Wall time of the profile {Path(profile).stem}", lines, [table]
    )


def _run(profile: str, index: int) -> dict[str, Any]:
    if Path(profile).exists():
        profile = str(Path(profile).resolve())
    command = [sys.executable, "-m", "scalesearch", "grid", "--phi", "1", "--profile", profile]
    with tempfile.TemporaryDirectory() as folder:
        plan = _json([*command, "--dry-run", "--json"], folder)
        start = time.monotonic()
        answer = _json([*command, "--json"], folder)
        wall = time.monotonic() - start
    return {
        "run": index,
        "wall_seconds": round(wall, 1),
        "distinct_proxies": plan["distinct_proxies"],
        "trainings_at_most": plan["trainings"],
        "trainings": answer["trainings"],
        "expected_regret_points": answer["expected_regret"],
        "stopped_by": answer["stopped_by"],
        "named": "; ".join(answer["names"]),
    }


def _json(command: list[str], folder: str) -> Any:
    done = subprocess.run(
        command, cwd=folder, env=timing.CHECKOUT, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)
