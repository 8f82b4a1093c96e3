"""`scalesearch cam`: where the networks of a comparison look."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scalesearch.cli.options import Json
from scalesearch.cli.study_options import Results
from scalesearch.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np

    from scalesearch.cli.cam_study import TrainedStudy
    from scalesearch.report.cam_picture import CamInfo

SHOWN = 224
"""Pixels of the longer side, at least, that a named image is shown at."""
PICTURE = "cam.png"


def cam(
    images: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[IMAGE]...",
            show_default=False,
            help="Image files.  [default: validation images, one a class]",
        ),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", show_default=False, help="A comparison.  [default: the newest]"
        ),
    ] = None,
    count: Annotated[
        int, typer.Option(min=1, max=100, metavar="COUNT", help="Validation images to show.")
    ] = 5,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", help="Which of its trainings of each arm, from 1.")
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE.png",
            show_default=False,
            help="The picture.  [default: cam.png in the study's folder]",
        ),
    ] = None,
    results: Results = Path("results"),
    json: Json = False,
) -> None:
    """Show class activation maps of a comparison's arms: what in an image speaks for its class.

    One row an image, one column an arm, with the likeliest class and its probability.
    """
    from scalesearch.cli.cam_study import trained_study
    from scalesearch.cli.render import print_json, say

    if out is not None and out.suffix.lower() != ".png":
        raise ConfigError(f"Option --out must end in .png. Got {out}.")
    found = trained_study(results, study, seed)
    path = out or found.folder / PICTURE
    small, shown, labels, names = _images(found, list(images or ()), count)
    info = _info(found, small, shown, labels, names)

    from scalesearch.report.cam_picture import draw_png

    draw_png(info, path)
    if json:
        print_json(_json(found, info, path))
    else:
        say(_text(info, path))


def _images(
    study: "TrainedStudy", files: list[Path], count: int
) -> tuple["np.ndarray", list["np.ndarray"], list[int | None], list[str]]:
    """What networks are given, what is shown, labels where known, and names, image by image."""
    import numpy as np

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
            f"The images of {study.folder} are not prepared here (there is no {study.prepared}). "
            "Run its `scalesearch compare` again, with --dataset or --data-dir as they lie here: "
            "it trains nothing anew, and prepares them. Or name image files."
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
    study: "TrainedStudy",
    small: "np.ndarray",
    shown: list["np.ndarray"],
    labels: list[int | None],
    names: list[str],
) -> "CamInfo":
    """Every arm run on every image, resized as its training did."""
    from scalesearch.experiments.chatter import chatter_held_back

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


def _json(study: "TrainedStudy", info: "CamInfo", path: Path) -> dict[str, Any]:
    return {
        "study": study.folder.name,
        "seed": study.seed,
        "arms": list(info.arms),
        "images": [
            {
                "name": row.name,
                "arms": {
                    arm: {"class": cell.label, "probability": cell.probability, "right": cell.right}
                    for arm, cell in zip(info.arms, row.cells, strict=True)
                },
            }
            for row in info.rows
        ],
        "path": str(path),
    }


def _text(info: "CamInfo", path: Path) -> str:
    from scalesearch.cli.render import table

    rows = [
        [row.name, *(f"{cell.label} {cell.probability:.0%}" for cell in row.cells)]
        for row in info.rows
    ]
    headings = ("image", *info.arms)
    return f"{table(headings, rows, left=headings)}\n\nWritten: {path}"
