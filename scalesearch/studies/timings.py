"""What trainings took on this machine, remembered beside the prepared images, for estimates.

A small JSON file: nothing depends on it but how long a search is said to take, so one that is
damaged or missing counts as empty. Imports no Optuna.
"""

import json
import math
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scalesearch.core.pace import Timing
from scalesearch.errors import StudyError
from scalesearch.files.json_files import read_json
from scalesearch.files.whole_files import write_whole

FILE = "timings.json"
_MOST = 50  # of what is remembered; the oldest are forgotten
_DECISIVE = ("scalesearch", "tensorflow", "keras")


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was measured at one time.

    Attributes:
        made: date and time, ISO 8601.
        load: seconds from the start of the workers to that of the first training.
        timings: of several networks, one at least.
    """

    made: str
    load: float
    timings: tuple[Timing, ...]


def recall(folder: Path, what: Mapping[str, Any]) -> Remembered | None:
    """What is remembered in `folder` of trainings for which all of `what` held, if anything is."""
    return next((_remembered(each) for each in _entries(folder) if each["what"] == what), None)


def remember(folder: Path, what: Mapping[str, Any], found: Remembered) -> None:
    """Keep it in `folder` in place of what was known for `what`. Raises StudyError."""
    others = [each for each in _entries(folder) if each["what"] != what]
    entries = [{"what": dict(what), **asdict(found)}, *others][:_MOST]
    text = json.dumps(entries, indent=1, allow_nan=False) + "\n"
    write_whole(folder / FILE, text.encode("utf-8"), StudyError)


def machine() -> dict[str, Any]:
    """What of this machine and its libraries decides a training's time."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "versions": {name: version(name) for name in _DECISIVE},
    }


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2] for line in text.splitlines() if line.startswith("model name"))
    return next(names, platform.machine()).strip()


def _entries(folder: Path) -> list[dict[str, Any]]:
    try:
        found = read_json(folder / FILE, StudyError, "")
    except (FileNotFoundError, StudyError):
        return []
    return [each for each in found if _is_entry(each)] if isinstance(found, list) else []


def _is_entry(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"what", "made", "load", "timings"}:
        return False
    timings = value["timings"]
    return (
        isinstance(value["what"], dict)
        and isinstance(value["made"], str)
        and _is_number(value["load"])
        and isinstance(timings, list)
        and bool(timings)
        and all(map(_is_timing, timings))
    )


def _is_timing(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {field.name for field in fields(Timing)}
        and all(_is_number(number) for number in value.values())
        and all(value[name] > 0 for name in ("macs", "acts", "per_image"))
    )


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and 0 <= value < 1e15


def _remembered(entry: Mapping[str, Any]) -> Remembered:
    timings = tuple(Timing(**timing) for timing in entry["timings"])
    return Remembered(entry["made"], entry["load"], timings)
