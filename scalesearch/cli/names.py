"""What a network's name on the command line means: a table, a Python function, a Keras model."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scalesearch.config.function_files import is_built
from scalesearch.config.shipped_files import find_network
from scalesearch.errors import ConfigError, StudyError
from scalesearch.keras_models.saved_model import is_saved_model

if TYPE_CHECKING:
    from scalesearch.cli.planning import Asked

KERAS_FILE = ".keras"
KERAS_FILES = (KERAS_FILE, ".h5", ".hdf5")
KERAS_NAME = "keras:"
_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")

Kind = Literal["table", "function", "keras"]


def kind_of(name: str) -> Kind:
    """`package.module:build` is a function; `keras:NAME`, saved models are Keras's; else a table.

    A saved model is a file by its ending, or a folder by what lies in it.
    """
    if (
        name.startswith(KERAS_NAME)
        or name.lower().endswith(KERAS_FILES)
        or is_saved_model(Path(name))
    ):
        return "keras"
    if _FUNCTION.fullmatch(name) and not Path(name).exists():
        return "function"
    return "table"


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


def _data_name(dataset: str) -> str:
    """What a dataset is called in a study's name: the same however its path is spelled."""
    from scalesearch.data.sources import source_of
    from scalesearch.data.spec import DataSpec

    return source_of(DataSpec(dataset)).name


def is_function(name: str) -> bool:
    """Whether this baseline is built by a Python function: named so, or by a YAML that names one.

    Raises ConfigError where it is no baseline: a Keras model has no depth or width to scale.
    """
    if kind_of(name) == "keras":
        raise ConfigError(
            f"Option --baseline must be a table or a Python function (package.module:build): the "
            f"Keras model {name} cannot be made deeper or wider. It can be counted: "
            f"`scalesearch cost {name}`."
        )
    return kind_of(name) == "function" or is_built(find_network(name))


def default_study(asked: "Asked") -> str:
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
