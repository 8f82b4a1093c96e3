"""Options of `compare` alone: what its arms cost, how long they are trained, and its controls."""

import re
from typing import Annotated

import typer

from scalesearch.cli.options import amount, point
from scalesearch.cli.study_options import numbers
from scalesearch.core.multipliers import Coefficients


def coefficients_or_source(text: str) -> Coefficients | str:
    """A,B,C, or the name of where coefficients come from."""
    return point(text) if "," in text else text.strip()


def lengths(text: str) -> tuple[int, ...]:
    """Epochs joined by commas, such as 3,12, or typer.BadParameter."""
    parts = [part.strip() for part in str(text).split(",")]
    if not all(re.fullmatch("[0-9]{1,9}", part) and int(part) for part in parts):
        raise typer.BadParameter(
            f"must be whole numbers of at least 1 joined by commas, such as 3,12. Got {text!r}."
        )
    return tuple(dict.fromkeys(int(part) for part in parts))


Costs = Annotated[
    tuple | None,
    typer.Option(
        "--cost",
        parser=numbers,
        metavar="TIMES",
        show_default=False,
        help="Counted MACs of every arm as multiples of the baseline's, such as 2 or 2,4.  "
        "[default: 2]",
    ),
]
TargetMacs = Annotated[
    int | None,
    typer.Option(
        "--target-macs",
        parser=amount,
        metavar="COUNT",
        show_default=False,
        help="Counted MACs of every full-size arm instead, such as 800M.",
    ),
]
CompoundBy = Annotated[
    str,
    typer.Option(
        "--coefficients",
        parser=coefficients_or_source,
        metavar="SOURCE",
        help="What compound scales by: found (the newest study's, else the paper's), paper, "
        "the name of a study, or A,B,C.",
    ),
]
PublishedRows = Annotated[
    bool,
    typer.Option("--published", help="Put the paper's rows for this baseline beside ours."),
]
Lengths = Annotated[
    tuple | None,
    typer.Option(
        "--epochs",
        parser=lengths,
        metavar="EPOCHS",
        show_default=False,
        help="Epochs of each training; several, such as 3,12, train each arm at every length.  "
        "[default: the profile's]",
    ),
]
Controls = Annotated[
    bool,
    typer.Option(
        "--controls",
        help="Train each arm also at half and at double the learning rate, and resolution on "
        "images without more information.",
    ),
]
