"""What `cam` needs of a finished comparison: its arms' networks and weights."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.config.stored_networks import stored_network
from scalesearch.core.networks import Network
from scalesearch.core.resolution import Resolution
from scalesearch.core.spelling import suggestion
from scalesearch.core.study_settings import Settings, kind_of
from scalesearch.errors import ConfigError, StudyError, parameter
from scalesearch.experiments.plans import SEEDS_APART
from scalesearch.experiments.tensorflow_start import chatter_held_back
from scalesearch.files.json_files import read_json
from scalesearch.studies.kept_weights import IMAGES, WEIGHTS, weights_file
from scalesearch.studies.prepared_folder import DATA
from scalesearch.studies.recency import newest_first
from scalesearch.studies.settings import SETTINGS, read_settings

AGAIN = f"Compare again under another {parameter('study')} name."


@dataclass(frozen=True, slots=True)
class TrainedArm:
    """An arm as it was trained with one seed."""

    name: str
    network: Network
    weights: Any
    """What `class_maps` takes: a table's weights, or a function's model with its own."""


@dataclass(frozen=True, slots=True)
class TrainedStudy:
    """A comparison whose weights are there."""

    folder: Path
    baseline: str
    arms: tuple[TrainedArm, ...]
    classes: tuple[str, ...]
    """Names, in the order of the labels."""
    seed: int
    prepared: Path
    """Where its prepared images lie."""
    size: Resolution
    """What its images were stored at before an arm resized them."""
    shape: Resolution
    """What they were cropped to."""
    channels: int
    """Of its images; a function's models may take grey ones in several."""


def trained_study(results: Path, study: str | None, number: int) -> TrainedStudy:
    """The comparison of that name, or the newest, with the weights of its seed `number` (from 1).

    Raises StudyError for an unknown or unfinished study, or weights that are not there, and
    ConfigError for a function that no longer builds what was trained.
    """
    folder = _folder(results, study)
    if (read_settings(folder) or {}).get("trainer"):
        raise StudyError(
            f"The comparison {folder} was trained by a trainer of your own, whose weights are not "
            "kept with it. Class maps are drawn of comparisons that are trained without `trainer=`."
        )
    images = _images(folder)
    try:
        prepared, size = (
            results / DATA / _plain_name(Path(images["prepared"]).name),
            Resolution.of(images["size"]),
        )
        settings = Settings.from_json(read_settings(folder) or {})
        shape = Resolution.of((settings.data or {}).get("shape", 1))
        seeds = _whole(settings.seeds)
        first = _whole(settings.seed, 0) * SEEDS_APART
        classes = settings.classes or ()
        baseline = str((settings.baseline or {})["name"])
        networks = {
            name: (
                _plain_name(arm.cell),
                stored_network(arm.network, SETTINGS, f"arms.{name}.network"),
            )
            for name, arm in (settings.arms or {}).items()
        }
        _, any_network = next(iter(networks.values()))
        channels = _whole(images.get("channels", any_network.input_channels))
        if any(network.classes != len(classes) for _, network in networks.values()):
            raise ValueError("`classes` must be as many as the arms tell apart")
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration, ConfigError) as error:
        raise StudyError(
            f"{folder / SETTINGS} or {IMAGES} beside it is damaged ({error!r}).", remedy=AGAIN
        ) from error
    if not 1 <= number <= seeds:
        raise StudyError(
            f"{parameter('seed')} must be from 1 to {seeds}, the seeds of {folder}. Got {number}."
        )
    seed = first + number - 1
    arms = tuple(
        TrainedArm(name, network, _weights(folder / WEIGHTS / weights_file(cell, seed), network))
        for name, (cell, network) in networks.items()
    )
    return TrainedStudy(folder, baseline, arms, classes, seed, prepared, size, shape, channels)


def _images(folder: Path) -> dict[str, Any]:
    """What the study says of its prepared images."""
    try:
        images = read_json(folder / IMAGES, StudyError, AGAIN)
    except FileNotFoundError:
        raise StudyError(
            f"The comparison {folder} has not begun its trainings. Run the same "
            "`scalesearch compare` to its end first."
        ) from None
    if not isinstance(images, dict):
        raise StudyError(f"{folder / IMAGES} must hold a JSON object.", remedy=AGAIN)
    return images


def _plain_name(value: Any) -> str:
    """The name of a file or folder of ours, never a path out of its folder. Raises ValueError."""
    if not isinstance(value, str) or not re.fullmatch(r"[\w-]{1,200}", value):
        raise ValueError(f"{str(value)[:60]!r} must be a plain name")
    return value


def _whole(value: Any, least: int = 1) -> int:
    if type(value) is not int or not least <= value < 2**32:
        raise ValueError(f"{str(value)[:60]!r} must be a whole number of at least {least}")
    return value


def _weights(path: Path, network: Network) -> Any:
    with chatter_held_back():
        from scalesearch.training.backends import backend_of
    return backend_of(network).read(path, network)


def _folder(results: Path, study: str | None) -> Path:
    known = newest_first(
        path.parent for path in results.glob(f"*/{SETTINGS}") if _is_comparison(path.parent)
    )
    if study is None:
        if not known:
            raise StudyError(
                f"There is no comparison under {results}. Run `scalesearch compare` first: its "
                "trained networks are what is shown."
            )
        return known[0]
    names = [folder.name for folder in known]
    if study not in names:
        near = suggestion(study, names) or (f" (known: {', '.join(names)})" if names else "")
        newest = f", or leave {parameter('study')} out for the newest" if names else ""
        raise StudyError(
            f"There is no comparison {study!r} under {results}{near}.",
            remedy=f"Run `scalesearch compare {parameter('study')} {study}` first{newest}.",
        )
    return results / study


def _is_comparison(folder: Path) -> bool:
    try:
        return kind_of(read_settings(folder) or {}) == "compare"
    except StudyError:  # a damaged study of another kind is none of our business
        return False
