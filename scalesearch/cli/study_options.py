"""Options of every command that trains proxies, apart from which networks it trains."""

from pathlib import Path
from typing import Annotated

import typer

from scalesearch.cli.options import finite, seed_number

Profile = Annotated[
    str,
    typer.Option(
        "--profile",
        metavar="NAME|FILE",
        help="How proxies are made: quick, cifar10, imagenet or a file.",
    ),
]
Dataset = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        metavar="NAME",
        show_default=False,
        help="digits, cluttered-digits, folder:PATH (one folder a class), or a "
        "tensorflow-datasets name.  [default: the profile's]",
    ),
]
DataDir = Annotated[
    str | None,
    typer.Option(
        "--data-dir",
        metavar="FOLDER",
        show_default=False,
        help="Where tensorflow-datasets has its data.  [default: ~/tensorflow_datasets]",
    ),
]
Download = Annotated[bool, typer.Option("--download", help="Allow the dataset to be downloaded.")]
SkipBroken = Annotated[
    bool,
    typer.Option(
        "--skip-broken",
        help="Go on without images of a folder that cannot be used: look at every one first.",
    ),
]
FollowLinks = Annotated[
    bool,
    typer.Option(
        "--follow-links",
        help="Follow links of a folder of images to files and folders outside it.",
    ),
]
Split = Annotated[
    str | None,
    typer.Option(
        "--split",
        metavar="NAME",
        show_default=False,
        help="Split of a tensorflow-datasets set to train on, never a test split.  [default: the "
        "profile's, else train]",
    ),
]
Label = Annotated[
    str | None,
    typer.Option(
        "--label",
        metavar="NAME",
        show_default=False,
        help="Class label of a tensorflow-datasets set that has several.  [default: the "
        "profile's, else the set's own]",
    ),
]
Train = Annotated[
    int | None,
    typer.Option(
        "--train",
        min=1,
        metavar="IMAGES",
        show_default=False,
        help="Training images.  [default: the profile's]",
    ),
]
Validation = Annotated[
    int | None,
    typer.Option(
        "--validation",
        min=1,
        metavar="IMAGES",
        show_default=False,
        help="Validation images.  [default: the profile's]",
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(
        "--epochs",
        min=1,
        metavar="EPOCHS",
        show_default=False,
        help="Epochs of each training.  [default: the profile's]",
    ),
]
Seeds = Annotated[
    int,
    typer.Option("--seeds", min=1, max=1000, metavar="COUNT", help="Trainings of each network."),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", parser=seed_number, metavar="NUMBER", help="Where the seeds of trainings begin."
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=1024,
        metavar="COUNT",
        show_default=False,
        help="Trainings at a time.  [default: one a core]",
    ),
]
Threads = Annotated[
    int,
    typer.Option(
        "--threads",
        min=1,
        max=1024,
        metavar="COUNT",
        help="Threads of each training. They move results a little: a study keeps to its count.",
    ),
]
RetryFailed = Annotated[
    bool,
    typer.Option("--retry-failed", help="Train again what an earlier run recorded as failed."),
]
Results = Annotated[Path, typer.Option("--results", metavar="FOLDER", help="Where studies lie.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the networks and the cost; train nothing.")
]

Calibrate = Annotated[
    bool,
    typer.Option(
        "--calibrate",
        help="Measure some steps of these trainings here first, within a minute, for the estimate "
        "of time.",
    ),
]


def looks(results: Path, dry_run: bool) -> Path | None:
    """Where looks through all images are kept; a dry run, which writes nothing, takes none."""
    if dry_run:
        return None
    from scalesearch.studies.prepared_folder import DATA

    return results / DATA


def numbers(text: str) -> tuple[float, ...]:
    """Numbers joined by commas, each once, in the order given, or typer.BadParameter."""
    parts = [part.strip() for part in str(text).split(",")]
    if "" in parts:
        raise typer.BadParameter(f"must be numbers joined by commas, such as 2,4. Got {text!r}.")
    return tuple(dict.fromkeys(finite(part) for part in parts))
