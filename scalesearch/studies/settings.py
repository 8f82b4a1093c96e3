"""The settings a study was made with: one JSON file in its folder. Imports no Optuna."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scalesearch.core.study_settings import EARLIER, Settings, kind_of
from scalesearch.errors import StudyError, parameter
from scalesearch.files.json_files import read_json
from scalesearch.files.whole_files import write_whole
from scalesearch.studies.extension import extension
from scalesearch.studies.remedies import ANOTHER_STUDY
from scalesearch.studies.tally import tally

SETTINGS = "settings.json"
DATABASE = "study.db"
ANSWERED = "answered"
"""Attribute of a study: the fingerprint of the settings that its answer is of. What is extended
has none until it ends again."""
_ABSENT = object()
_CODE = "baseline.source"
"""Where the settings name what the networks of a Python function come from."""
_PACKAGE = "package "
_DECISIVE = ("scalesearch", "tensorflow", "keras", "numpy")


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not what the study has; a missing one reads "nothing"."""

    field: str
    stored: str
    asked: str

    @property
    def of_code(self) -> bool:
        """Whether it is one of a function's own code."""
        return self.field.startswith(_CODE)

    def __str__(self) -> str:
        name = self.field.removeprefix(f"{_CODE}.")
        if name == self.field or name.startswith(_PACKAGE):
            return f"{name}: study has {self.stored}, asked {self.asked}"
        if "nothing" in (self.stored, self.asked):
            when = (
                "used now, and was not" if self.stored == "nothing" else "used no more, as it was"
            )
            return f"{name}: {when} when the study was made"
        return f"{name}: changed since the study was made"


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
            f"The results folder {folder} cannot be written: {error.strerror or error}.",
            remedy=f"Give a folder that you may write to by {parameter('results')}.",
        ) from error


def check_settings(folder: Path, asked: Mapping[str, Any]) -> list[str]:
    """What `asked` adds to the study in `folder`, if that is there and is to be extended.

    Raises StudyError if it was made with settings of which those are no extension, unless it
    begins anew with them (see `anew`).
    """
    stored = read_settings(folder)
    if stored is None:
        return []
    theirs, ours = kind_of(stored), kind_of(asked)
    if theirs != ours:
        raise StudyError(
            f"The study {folder} is one of `scalesearch {theirs}`, and `scalesearch {ours}` cannot "
            f"go on with it: give another {parameter('study')} name."
        )
    added = _extension(stored, asked)
    found = differences(stored, asked)
    if added is None and not _begins_anew(folder, found):
        of_code = any(each.of_code for each in found)
        back = "put back what has changed" if of_code else "ask for those that this one has"
        raise StudyError(
            f"The study {folder} was made with other settings:\n{told(stored, asked)}\n",
            remedy=f"Give another {parameter('study')} name to start a new one, or {back} to go "
            "on. More seeds, epochs or candidates would extend it.",
        )
    return added or []


def anew(folder: Path, asked: Mapping[str, Any]) -> str:
    """How `asked` differs from a study that begins anew with it, a line each; "" for any other.

    So does one in which nothing has come to its end, since it has no results that others could be
    mixed with: where trainings have failed, whatever is mended; else where only the function's code
    and what follows from it has changed.
    """
    stored = read_settings(folder)
    if stored is None or _extension(stored, asked) is not None:
        return ""
    return told(stored, asked) if _begins_anew(folder, differences(stored, asked)) else ""


def _begins_anew(folder: Path, found: Iterable[Difference]) -> bool:
    if not (folder / DATABASE).exists():
        return False
    ended, failed = tally(folder / DATABASE)
    return not ended and (failed > 0 or any(each.of_code for each in found))


def _extension(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str] | None:
    """What `asked` adds to `stored`; None where it is no extension of it."""
    if not differences(stored, asked):
        return []
    try:
        plain = json.loads(json.dumps(asked))
        return extension(Settings.from_json(stored), Settings.from_json(plain))
    except (TypeError, ValueError):  # of a damaged study: it is not to be extended
        return None


def told(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """The differences, a line each, without those that follow from others in the list."""
    found = differences(stored, asked)
    if any(each.of_code for each in found):
        found = [each for each in found if not _follows(each.field)]
    return "\n".join(f"  {difference}" for difference in found)


def _follows(field: str) -> bool:
    """Whether a setting of an arm is the function's code again, or made of it."""
    return field.startswith("arms.") and (field.endswith(".cell") or ".network.source" in field)


def with_versions(settings: Settings) -> Settings:
    """The settings, and the versions of what decides a training's numbers."""
    return replace(settings, versions={name: version(name) for name in _DECISIVE})


def read_settings(folder: Path) -> dict[str, Any] | None:
    """The settings of the study in `folder`, or None if there is no study yet."""
    path = folder / SETTINGS
    try:
        stored = read_json(path, StudyError, ANOTHER_STUDY)
    except FileNotFoundError:
        if (folder / DATABASE).exists():
            raise StudyError(
                f"{folder} holds a {DATABASE} without its {SETTINGS}, so what it was made with is "
                "not known.",
                remedy=ANOTHER_STUDY,
            ) from None
        return None
    if not isinstance(stored, dict):
        raise StudyError(f"{path} must hold a JSON object.", remedy=ANOTHER_STUDY)
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
    old = dict(_flat({name: stored[name] for name in stored if name not in EARLIER}))
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
