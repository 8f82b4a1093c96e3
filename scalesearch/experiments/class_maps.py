"""Class activation maps of a comparison's arms: where its trained networks look."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.errors import ConfigError, parameter
from scalesearch.experiments import arguments
from scalesearch.experiments.tensorflow_start import chatter_held_back
from scalesearch.experiments.trained_arms import TrainedStudy, trained_study

if TYPE_CHECKING:
    import numpy as np

    from scalesearch.report.cam_picture import CamInfo

SHOWN = 224
"""Pixels of the longer side, at least, that a named image is shown at."""
PICTURE = "cam.png"


@dataclass(frozen=True, slots=True)
class ArmMaps:
    """What each arm of a comparison makes of some images."""

    folder: Path
    """The study's."""
    seed: int
    """That of the trainings whose weights were taken."""
    info: "CamInfo"
    """Rows of images, with a cell an arm: the likeliest class, its probability and its map."""

    def to_json(self) -> dict[str, Any]:
        """What `scalesearch cam` says as JSON, in plain values."""
        return {
            "study": self.folder.name,
            "seed": self.seed,
            "arms": list(self.info.arms),
            "images": [
                {
                    "name": row.name,
                    "arms": {
                        arm: {
                            "class": cell.label,
                            "probability": cell.probability,
                            "right": cell.right,
                        }
                        for arm, cell in zip(self.info.arms, row.cells, strict=True)
                    },
                }
                for row in self.info.rows
            ],
        }

    def write(self, path: Path | str | None = None) -> Path:
        """Draw the picture as PNG, as cam.png in the study's folder unless a path is given.

        Raises ScaleSearchError where it cannot be written.
        """
        from scalesearch.report.cam_picture import draw_png

        target = self.folder / PICTURE if path is None else Path(path)
        draw_png(self.info, target)
        return target


def class_maps(
    study: str | None = None,
    images: Sequence[Path | str] = (),
    *,
    results: Path | str = "results",
    count: int = 5,
    seed: int = 1,
) -> ArmMaps:
    """Run the arms of a finished comparison on images and see what speaks for their class.

    Args:
        study: the comparison's name; None for the newest under `results`.
        images: image files; without any, `count` validation images of the study, one a class.
        seed: which of its trainings of each arm, from 1.

    Each map is (height, width) from 0, what speaks least, to 1. Loads TensorFlow. Raises StudyError
    for an unknown or unfinished study, and ConfigError for images that are not there.
    """
    name = None if study is None else arguments.text("study", study)
    found = trained_study(arguments.path("results", results), name, seed)
    return ArmMaps(found.folder, found.seed, _info(found, *_images(found, images, count)))


def _images(
    study: TrainedStudy, images: Sequence[Path | str], count: int
) -> tuple["np.ndarray", list["np.ndarray"], list[int | None], list[str]]:
    """What networks are given, what is shown, labels where known, and names, image by image."""
    import numpy as np

    files = list(map(Path, images))
    if files:
        from scalesearch.data.image_folder import decoded

        for file in files:
            if not file.is_file():
                raise ConfigError(f"There is no image {file}. Name image files.")
        large = study.size.with_longer(max(SHOWN, study.size.longer))
        middle = [(file, study.shape) for file in files]
        small = np.stack([decoded(*each, study.size, study.channels) for each in middle])
        shown = [decoded(*each, large, study.channels) for each in middle]
        return small, shown, [None] * len(files), [file.name for file in files]
    from scalesearch.data.examples import picked
    from scalesearch.data.prepared_images import opened

    if not study.prepared.is_dir():
        raise ConfigError(
            f"The images of {study.folder} are not prepared here (there is no {study.prepared}).",
            remedy=f"Run its `scalesearch compare` again, with {parameter('dataset')} or "
            f"{parameter('data_dir')} as they lie here: it trains nothing anew, and prepares them. "
            "Or name image files.",
        )
    prepared = opened(study.prepared)
    if prepared.classes != len(study.classes):
        raise ConfigError(
            f"{study.prepared} holds images of {prepared.classes} classes, and {study.folder} was "
            f"trained on {len(study.classes)}. Name image files, or remove that folder "
            "and run the same `scalesearch compare` again."
        )
    small, labels = picked(prepared, count)
    names = [study.classes[label] for label in labels]
    return small, list(small), [int(label) for label in labels], names


def _info(
    study: TrainedStudy,
    small: "np.ndarray",
    shown: list["np.ndarray"],
    labels: list[int | None],
    names: list[str],
) -> "CamInfo":
    """Every arm run on every image, resized as its training did."""
    with chatter_held_back():
        from scalesearch.data.batches import resized
        from scalesearch.training.activation_maps import class_maps
    from scalesearch.report.cam_picture import CamCell, CamInfo, CamRow, colour_image, spread_out

    columns = [
        class_maps(arm.network, arm.weights, resized(small, arm.network.resolution))
        for arm in study.arms
    ]
    rows = []
    for place, (name, label) in enumerate(zip(names, labels, strict=True)):
        cells = tuple(
            CamCell(
                label=study.classes[column.classes[place]],
                probability=float(column.probabilities[place].max()),
                right=None if label is None else bool(column.classes[place] == label),
                map=spread_out(column.maps[place]),
            )
            for column in columns
        )
        rows.append(CamRow(name, colour_image(shown[place]), cells))
    title = f"Class activation maps: {study.baseline}, study {study.folder.name}"
    return CamInfo(title, tuple(arm.name for arm in study.arms), tuple(rows))
