"""What `cam` needs of a finished comparison: its arms' networks and weights.

Of a table without TensorFlow; the weights of a function's network are those of a model.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.cli.arm_training import IMAGES
from scalesearch.cli.comparing import KIND
from scalesearch.cli.quiet import chatter_held_back
from scalesearch.cli.running import DATA
from scalesearch.cli.searching import SEEDS_APART
from scalesearch.core.built import AnyNetwork, BuiltNetwork, network_from_json
from scalesearch.core.spelling import suggestion
from scalesearch.errors import StudyError
from scalesearch.proxy import kept
from scalesearch.search.entries import WEIGHTS, weights_file
from scalesearch.search.settings import SETTINGS, read_settings


@dataclass(frozen=True, slots=True)
class TrainedArm:
    """An arm as it was trained with one seed."""

    name: str
    network: AnyNetwork
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
    size: int
    """Side in pixels that its images were stored at before an arm resized them."""
    channels: int
    """Of its images; a function's models may take grey ones in several."""


def trained_study(results: Path, study: str | None, number: int) -> TrainedStudy:
    """The comparison of that name, or the newest, with the weights of its seed `number` (from 1).

    Raises StudyError for an unknown or unfinished study, or weights that are not there, and
    ConfigError for a function that no longer builds what was trained.
    """
    folder = _folder(results, study)
    settings = read_settings(folder) or {}
    try:
        images = json.loads((folder / IMAGES).read_text(encoding="utf-8"))
        prepared, size = results / DATA / Path(images["prepared"]).name, int(images["size"])
        seeds = int(settings["seeds"])
        first = int(settings["seed"]) * SEEDS_APART
        classes = tuple(map(str, settings["classes"]))
        baseline = str(settings["baseline"]["name"])
        networks = {
            name: (str(arm["cell"]), network_from_json(arm["network"]))
            for name, arm in settings["arms"].items()
        }
        _, any_network = next(iter(networks.values()))
        channels = int(images.get("channels", any_network.input_channels))
    except OSError:
        raise StudyError(
            f"The comparison {folder} has not begun its trainings. Run the same "
            "`scalesearch compare` to its end first."
        ) from None
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise StudyError(
            f"{folder / SETTINGS} or {IMAGES} beside it is damaged ({error!r}). Compare again "
            "under another --study name."
        ) from error
    if not 1 <= number <= seeds:
        raise StudyError(
            f"Option --seed must be from 1 to {seeds}, the seeds of {folder}. Got {number}."
        )
    seed = first + number - 1
    arms = tuple(
        TrainedArm(name, network, _weights(folder / WEIGHTS / weights_file(cell, seed), network))
        for name, (cell, network) in networks.items()
    )
    return TrainedStudy(folder, baseline, arms, classes, seed, prepared, size, channels)


def _weights(path: Path, network: AnyNetwork) -> Any:
    if isinstance(network, BuiltNetwork):
        with chatter_held_back():
            from scalesearch.proxy import kept_model
        return kept_model.read(path, network)
    return kept.read(path, network)


def _folder(results: Path, study: str | None) -> Path:
    known = sorted(
        (path.parent for path in results.glob(f"*/{SETTINGS}") if _is_comparison(path.parent)),
        key=lambda folder: (folder / SETTINGS).stat().st_mtime,
    )
    if study is None:
        if not known:
            raise StudyError(
                f"There is no comparison under {results}. Run `scalesearch compare` first: its "
                "trained networks are what is shown."
            )
        return known[-1]
    names = [folder.name for folder in known]
    if study not in names:
        near = suggestion(study, names) or (f" (known: {', '.join(names)})" if names else "")
        raise StudyError(
            f"There is no comparison {study!r} under {results}{near}. Run `scalesearch compare`, "
            "or leave --study out for the newest."
        )
    return results / study


def _is_comparison(folder: Path) -> bool:
    try:
        return (read_settings(folder) or {}).get("kind") == KIND
    except StudyError:  # a damaged study of another kind is none of our business
        return False
