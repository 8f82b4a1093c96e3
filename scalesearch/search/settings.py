"""The settings a study was made with: one JSON file in its folder. Imports no Optuna."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scalesearch.errors import StudyError
from scalesearch.files import write_whole
from scalesearch.json_files import read_json
from scalesearch.search.extending import extension

SETTINGS = "settings.json"
DATABASE = "study.db"
ANSWERED = "answered"
"""Attribute of a study: the fingerprint of the settings that its answer is of. What is extended
has none until it ends again."""
_ABSENT = object()
_DECISIVE = ("scalesearch", "tensorflow", "keras", "numpy")


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not what the study has; a missing one reads "nothing"."""

    field: str
    stored: str
    asked: str

    def __str__(self) -> str:
        return f"{self.field}: study has {self.stored}, asked {self.asked}"


def prepare_folder(folder: Path, asked: Mapping[str, Any]) -> None:
    """Make `folder` if need be and see that a study with these settings can live there.

    Raises StudyError where the folder cannot be written, or holds a study made with other settings.
    Writes nothing but the folder itself.
    """
    check_settings(folder, asked)
    usable_folder(folder)


def usable_folder(folder: Path) -> None:
    """Make `folder` if need be. Raises StudyError where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"scalesearch")
    except OSError as error:
        raise StudyError(
            f"The results folder {folder} cannot be written: {error.strerror or error}. "
            "Run in a folder that you may write to."
        ) from error


def check_settings(folder: Path, asked: Mapping[str, Any]) -> list[str]:
    """What `asked` adds to the study in `folder`, if that is there and is to be extended.

    Raises StudyError if it was made with settings of which those are no extension.
    """
    stored = read_settings(folder)
    if stored is None:
        return []
    theirs, ours = command_of(stored), command_of(asked)
    if theirs != ours:
        raise StudyError(
            f"The study {folder} is one of `scalesearch {theirs}`, and `scalesearch {ours}` cannot "
            "go on with it: give another --study name."
        )
    found = differences(stored, asked)
    try:
        added = extension(stored, json.loads(json.dumps(asked))) if found else []
    except (AttributeError, TypeError, ValueError):  # of a damaged study: it is not to be extended
        added = None
    if added is None:
        listed = "\n".join(f"  {difference}" for difference in found)
        raise StudyError(
            f"The study {folder} was made with other settings:\n{listed}\n"
            "Give another --study name to start a new one, or ask for those that this one has to "
            "go on. More seeds, epochs or candidates would extend it."
        )
    return added


def with_versions(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, and the versions of what decides a training's numbers."""
    return {**settings, "versions": {name: version(name) for name in _DECISIVE}}


def command_of(settings: Mapping[str, Any]) -> str:
    """The command whose study has these settings: grid, which names itself nowhere, or another."""
    kind = settings.get("kind")
    return kind if kind in ("compare", "sweep") else "grid"


def read_settings(folder: Path) -> dict[str, Any] | None:
    """The settings of the study in `folder`, or None if there is no study yet."""
    path = folder / SETTINGS
    try:
        stored = read_json(path, StudyError, "Give another --study name.")
    except FileNotFoundError:
        if (folder / DATABASE).exists():
            raise StudyError(
                f"{folder} holds a {DATABASE} without its {SETTINGS}, so what it was made with is "
                "not known. Give another --study name."
            ) from None
        return None
    if not isinstance(stored, dict):
        raise StudyError(f"{path} must hold a JSON object. Give another --study name.")
    return stored


def fingerprint(settings: Mapping[str, Any]) -> str:
    """16 hex digits that stand for all of the settings."""
    text = json.dumps(settings, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Write the settings whole and durably; ValueError if they hold NaN or no plain JSON."""
    text = json.dumps(settings, indent=2, allow_nan=False) + "\n"
    write_whole(folder / SETTINGS, text.encode("utf-8"), StudyError)


def differences(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> list[Difference]:
    """Where two settings differ, by dotted field name, in the order they are asked.

    Both are compared as JSON would store them: a tuple equals a list, 1 equals 1.0.
    """
    old = dict(_flat(stored))
    new = dict(_flat(json.loads(json.dumps(asked))))
    return [
        Difference(field, _shown(old.get(field, _ABSENT)), _shown(new.get(field, _ABSENT)))
        for field in [*new, *(field for field in old if field not in new)]
        if not _same(old.get(field, _ABSENT), new.get(field, _ABSENT))
    ]


def _same(old: object, new: object) -> bool:
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _shown(value: object) -> str:
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
