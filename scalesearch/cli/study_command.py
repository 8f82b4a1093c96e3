"""The command by which a study was made, turned to where the study lies now."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from scalesearch.studies.catalogue import StudyInfo

_PLACE = ("--study", "--results")


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
