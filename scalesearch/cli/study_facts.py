"""One study as `scalesearch studies show` shows it: a JSON document, or facts."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scalesearch.cli.render import facts
from scalesearch.cli.study_list_text import (
    age,
    best_text,
    plain,
    progress,
    state_text,
    summary_json,
)
from scalesearch.core.quantities import several, stored_size
from scalesearch.studies.catalogue import StudyFile, StudyInfo

_SHOWN_FAILURES = 20
_WIDEST = 100
_PLACE = ("--study", "--results")


def show_json(study: StudyInfo) -> dict[str, Any]:
    """The document of `studies show --json`."""
    best = study.best
    return {
        **summary_json(study),
        "settings": study.settings,
        "networks": len(study.stored.cells),
        "networks_begun": study.begun,
        "seconds": study.seconds,
        "best": {"names": best.names, "top1": best.top1, "seeds": best.seeds} if best else None,
        "failures": [
            {"names": each.names, "seed": each.seed, "reason": each.reason}
            for each in study.failures
        ],
        "files": [{"name": file.name, "bytes": file.size} for file in study.files],
        "again": command_again(study),
    }


def show_text(study: StudyInfo) -> str:
    """What a study is, how far it is, what failed, what it holds, and how it goes on."""
    pairs = [
        ("study", str(study.folder)),
        ("command", study.command or "not known"),
        ("state", f"{state_text(study)}, last changed {age(study.changed)}"),
        ("damage", study.reason),
        ("progress", progress(study)),
        ("best", best_text(study)),
        ("settings", "\n".join(_setting(*item) for item in study.settings.items())),
        ("failures", "\n".join(_failures(study))),
        ("files", "\n".join(_files(study.files))),
        ("made by" if study.state == "finished" else "go on", _next(study)),
    ]
    shown = ((name, plain(fact)) for name, fact in pairs)
    return facts((name, fact) for name, fact in shown if fact)


def _setting(name: str, value: Any) -> str:
    text = f"{name}: {_short(value)}"
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."


def _short(value: Any) -> str:
    """A setting in a few words: a network by its name, a mapping or list by what it holds."""
    if isinstance(value, Mapping):
        if "name" in value:
            return str(value["name"])
        if any(isinstance(each, Mapping) for each in value.values()):
            return ", ".join(value)
        return ", ".join(f"{key} {_short(each)}" for key, each in value.items() if each != "")
    if isinstance(value, list):
        if any(isinstance(each, list | Mapping) for each in value):
            return f"{len(value)} of them"
        return f"{', '.join(map(_short, value))}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _failures(study: StudyInfo) -> list[str]:
    failures = study.failures
    lines = [
        f"{each.names}, seed {each.seed}: {' '.join(each.reason.split())}"
        for each in failures[:_SHOWN_FAILURES]
    ]
    more = len(failures) - _SHOWN_FAILURES
    return [*lines, *([f"and {more} more: --json has all"] if more > 0 else [])]


def _files(files: Sequence[StudyFile]) -> list[str]:
    """A line a file; a folder is one line with what it holds in all."""
    groups: dict[str, list[StudyFile]] = {}
    for file in files:
        top, slash, _ = file.name.partition("/")
        groups.setdefault(f"{top}{slash}", []).append(file)
    return [
        f"{name} ({several(len(group), 'file')}, {stored_size(sum(file.size for file in group))})"
        if name.endswith("/")
        else f"{name} ({stored_size(group[0].size)})"
        for name, group in groups.items()
    ]


def _next(study: StudyInfo) -> str:
    if study.state in ("running", "damaged"):
        return ""
    again = command_again(study)
    if study.state == "finished":
        return again or ""
    return again or (
        f"the same `scalesearch {study.command}` command that began it, with these settings and "
        f"--study {study.name}"
    )


def command_again(study: StudyInfo) -> str | None:
    """The command that goes on with `study`, as it would be typed; None where it is not known.

    Only a command of this very program is repeated.
    """
    try:
        words = shlex.split(study.stored.command)
    except ValueError:
        return None
    if words[:2] != ["scalesearch", study.command]:
        return None
    place = ["--study", study.name]
    if study.folder.parent != Path("results"):
        place += ["--results", str(study.folder.parent)]
    return shlex.join([*_without_place(words), *place])


def _without_place(words: Sequence[str]) -> Iterator[str]:
    """The words without the options that say where the study lay."""
    rest = iter(words)
    for word in rest:
        if word in _PLACE:
            next(rest, None)
        elif word.partition("=")[0] not in _PLACE:
            yield word
