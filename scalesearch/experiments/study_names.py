"""Names of studies: what may be one, and what a study is called where none is given."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from scalesearch.errors import StudyError
from scalesearch.experiments.network_names import kind_of


def checked_name(name: str, what: str = "Option --study") -> str:
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


class SearchRequest(Protocol):
    """What names a search: its options as they were given."""

    @property
    def baseline(self) -> str: ...
    @property
    def profile(self) -> str: ...
    @property
    def dataset(self) -> str | None: ...
    @property
    def seed(self) -> int: ...
    @property
    def phi(self) -> float: ...
    @property
    def grid(self) -> str | None: ...
    @property
    def literal(self) -> bool: ...


def default_study(asked: SearchRequest) -> str:
    """The name of a search's study where none is given."""
    function = kind_of(asked.baseline) == "function"
    return study_name(
        asked.baseline.replace(":", ".") if function else Path(asked.baseline).stem,
        profile=asked.profile,
        dataset=asked.dataset,
        seed=asked.seed,
        more=(
            f"phi{asked.phi:g}",
            *([asked.grid] if asked.grid else []),
            *(["literal"] if asked.literal else []),
        ),
    )


def _data_name(dataset: str) -> str:
    """What a dataset is called in a study's name: the same however its path is spelled."""
    if dataset.startswith("folder:"):
        path = os.path.expanduser(dataset.removeprefix("folder:"))
        return os.path.basename(os.path.abspath(path)) or "root"
    return dataset.partition(":")[0].replace("/", "-")  # of tensorflow-datasets without a version
