"""Names of studies: what may be one, and what a study is called where none is given."""

from collections.abc import Sequence
from pathlib import Path

from scalesearch.errors import StudyError, parameter


def checked_name(name: str, what: str = parameter("study")) -> str:
    """The name of a study. Raises StudyError unless it can name a folder anywhere.

    `what` is where the name was given.
    """
    if (
        not name.strip()
        or name != Path(name).name
        or name.startswith((".", "-"))
        or len(name) > 120
        or not name.isprintable()
    ):
        raise StudyError(
            f"{what} must be a plain name of at most 120 characters, not a path and not "
            f"starting with a dot or a dash. Got {name!r}."
        )
    return name


def study_name(
    *what: str, profile: str, dataset: str | None, seed: int, more: Sequence[str] = ()
) -> str:
    """A name that says what a study is about; the same options give the same name.

    `dataset` is None where it is the profile's own.
    """
    parts = [*what, Path(profile).stem]
    if dataset:
        parts.append(_data_name(dataset))
    parts += more
    if seed:
        parts.append(f"seed{seed}")
    return "_".join(parts)


def _data_name(dataset: str) -> str:
    """What a dataset is called in a study's name: the same however its path is spelled."""
    from scalesearch.data.sources import source_of
    from scalesearch.data.spec import DataSpec

    return source_of(DataSpec(dataset)).name
