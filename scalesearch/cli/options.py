"""Options that several commands share, and the parsers of numbers."""

import math
from typing import Annotated

import typer

from scalesearch.core.candidates import Range
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.plain_text import short
from scalesearch.core.quantities import parse_amount
from scalesearch.core.resolution import RULE, Resolution
from scalesearch.errors import ConfigError


def finite(text: str) -> float:
    """A finite number, or typer.BadParameter."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise typer.BadParameter(f"must be a finite number. Got {str(text)!r}.")
    return value + 0.0  # -0.0 becomes 0.0


def positive(text: str) -> float:
    """A finite number above 0, or typer.BadParameter."""
    value = finite(text)
    if value <= 0:
        raise typer.BadParameter(f"must be above 0. Got {str(text)!r}.")
    return value


def amount(text: str) -> int:
    """A count such as 1.8G, 7.5M, 300K or 5300000, or typer.BadParameter."""
    value = parse_amount(str(text))
    if value is None:
        raise typer.BadParameter(
            "must be a count from 1 to 1e18, such as 1.8G, 7.5M, 300K or 5300000. "
            f"Got {str(text)!r}."
        )
    return value


def pixels(text: str) -> Resolution:
    """Whole pixels, of a square's side or as HEIGHTxWIDTH, or typer.BadParameter."""
    try:
        return Resolution.parse(str(text))
    except ValueError:
        raise typer.BadParameter(f"must be {RULE}. Got {short(str(text))!r}.") from None


def seed_number(text: str) -> int:
    """A seed that every library takes: 0 to 2^32 - 1, or typer.BadParameter."""
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not 0 <= value < 2**32:
        raise typer.BadParameter(f"must be a whole number from 0 to 2^32 - 1. Got {str(text)!r}.")
    return value


def range_of(text: str) -> Range:
    """LOW:HIGH, or typer.BadParameter."""
    low, _, high = text.partition(":")
    return Range(finite(low), finite(high or low))


def point(text: str) -> Coefficients:
    """ALPHA,BETA,GAMMA, or typer.BadParameter."""
    parts = text.split(",")
    if len(parts) != 3:
        raise typer.BadParameter(f"must be three numbers such as 1.2,1.1,1.15. Got {text!r}.")
    values = [finite(part) for part in parts]
    if min(values) < 1:
        raise typer.BadParameter(f"must be coefficients of at least 1. Got {text!r}.")
    return Coefficients(*values)


def axis(name: str) -> typer.models.OptionInfo:
    """The option of a range of alpha, beta or gamma."""
    return typer.Option(
        f"--{name}",
        parser=range_of,
        metavar="LOW:HIGH",
        show_default=False,
        help=f"Range of {name} in --grid box, at least 1.",
    )


def coefficient(name: str, of: str) -> typer.models.OptionInfo:
    """The option of alpha, beta or gamma."""
    return typer.Option(
        f"--{name}",
        parser=positive,
        metavar="NUMBER",
        show_default=False,
        help=f"What {of} is multiplied by at phi 1, above 0. Give all three or none.",
    )


def ceiling(what: str) -> typer.models.OptionInfo:
    """The option that limits what full-size candidates may have, such as "params"."""
    return typer.Option(
        f"--max-{what.partition(' ')[0]}",
        parser=amount,
        metavar="COUNT",
        show_default=False,
        help=f"Most {what} of a full-size candidate, such as 7.5M; beyond it is refused.",
    )


def target(figure: str, what: str) -> typer.models.OptionInfo:
    """The option that gives a budget of macs, params or acts."""
    return typer.Option(
        f"--target-{figure}",
        parser=amount,
        metavar="COUNT",
        show_default=False,
        help=f"Solve phi for a budget of {what}, such as 1.8G, 7.5M or 300K.",
    )


Baseline = Annotated[
    str,
    typer.Option(
        "--baseline",
        metavar="NAME|FILE|FUNCTION",
        help="Network to scale: a shipped name, a name under ./configs, a YAML file, or a Python "
        "function package.module:build, which is imported and run.",
    ),
]
Alpha = Annotated[float | None, coefficient("alpha", "depth")]
Beta = Annotated[float | None, coefficient("beta", "width")]
Gamma = Annotated[float | None, coefficient("gamma", "resolution")]
References = Annotated[
    str | None,
    typer.Option(
        "--references",
        metavar="imagenet",
        show_default=False,
        help="Draw published networks too: the 24 of the EfficientNet paper's table 2.",
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else on stdout.")
]


MeasuredBatch = Annotated[
    int | None,
    typer.Option(
        "--batch",
        min=1,
        metavar="IMAGES",
        show_default=False,
        help="Batch whose throughput --measure takes.  [default: 32]",
    ),
]


def measured_batch(batch: int | None, measured: bool) -> int:
    """The batch that is measured. Raises ConfigError for one that was given to measure nothing."""
    if batch is not None and not measured:
        raise ConfigError(
            "Option --batch goes with --measure. The batch of trainings is `batch_size` under "
            "`recipe` of a profile."
        )
    return 32 if batch is None else batch
