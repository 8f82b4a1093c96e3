"""`scalesearch cam`: where the networks of a comparison look."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scalesearch.cli.options import Json
from scalesearch.cli.render import print_json, say, table
from scalesearch.cli.study_options import Results
from scalesearch.errors import ConfigError

if TYPE_CHECKING:
    from scalesearch.report.cam_picture import CamInfo


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
    if out is not None and out.suffix.lower() != ".png":
        raise ConfigError(f"Option --out must end in .png. Got {out}.")
    from scalesearch.experiments.class_maps import class_maps

    maps = class_maps(study, images or (), results=results, count=count, seed=seed)
    path = maps.write(out)
    if json:
        print_json({**maps.to_json(), "path": str(path)})
    else:
        say(_text(maps.info, path))


def _text(info: "CamInfo", path: Path) -> str:
    rows = [
        [row.name, *(f"{cell.label} {cell.probability:.0%}" for cell in row.cells)]
        for row in info.rows
    ]
    headings = ("image", *info.arms)
    return f"{table(headings, rows, left=headings)}\n\nWritten: {path}"
