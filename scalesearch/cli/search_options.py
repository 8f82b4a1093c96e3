"""Options of `grid` alone: the candidates of a search, their limits, and when it stops."""

from typing import Annotated

import typer

from scalesearch.cli.options import axis, ceiling, finite, point, positive
from scalesearch.core.candidates import Range
from scalesearch.core.multipliers import Coefficients
from scalesearch.experiments.candidate_schemes import DEFAULT, SCHEMES

_SCHEMES = ", or ".join(scheme.words for scheme in SCHEMES.values()).capitalize()

Phi = Annotated[
    float,
    typer.Option(
        "--phi",
        parser=finite,
        metavar="NUMBER",
        help="Candidates cost 2^phi times the baseline (counted multiply-accumulates).",
    ),
]
Grid = Annotated[
    str | None,
    typer.Option(
        "--grid",
        metavar="|".join(SCHEMES),
        show_default=False,
        help=f"{_SCHEMES}.  [default: {DEFAULT}, and the paper's point]",
    ),
]
Step = Annotated[
    float | None,
    typer.Option(
        parser=finite,
        metavar="NUMBER",
        show_default=False,
        help="Step of the shares (default: the profile's) or of the coefficients (default: 0.05).",
    ),
]
Alpha = Annotated[Range | None, axis("alpha")]
Beta = Annotated[Range | None, axis("beta")]
Gamma = Annotated[Range | None, axis("gamma")]
Tolerance = Annotated[
    float | None,
    typer.Option(
        parser=finite,
        metavar="NUMBER",
        show_default=False,
        help="How far the cost ratio may lie from its target in --grid box.  [default: 0.1]",
    ),
]
Constraint = Annotated[
    str | None,
    typer.Option(
        metavar="nominal|counted",
        show_default=False,
        help="Whether --grid box holds alpha*beta^2*gamma^2 near 2, or the counted ratio near "
        "2^phi.  [default: nominal]",
    ),
]
Include = Annotated[
    list[Coefficients] | None,
    typer.Option(
        parser=point,
        metavar="A,B,C",
        show_default=False,
        help="Further coefficients to try, such as 1.2,1.1,1.15. May be given several times.",
    ),
]
MaxParams = Annotated[int | None, ceiling("params (trainable parameters)")]
MaxActs = Annotated[int | None, ceiling("acts (activations of one image)")]
MaxLatency = Annotated[
    float | None,
    typer.Option(
        "--max-latency",
        parser=positive,
        metavar="MILLISECONDS",
        show_default=False,
        help="Most time a full-size candidate may take here for one image (median); each is "
        "run first.",
    ),
]
LiteralNetworks = Annotated[
    bool,
    typer.Option(
        "--literal",
        help="Train the formula's networks with the official rounding, at whatever cost.",
    ),
]
Regret = Annotated[
    float | None,
    typer.Option(
        parser=finite,
        metavar="POINTS",
        show_default=False,
        help="Stop when the named point is expected to be at most so many points of top-1 "
        "worse than the best one.  [default: the profile's, 0.15]",
    ),
]
MostTrainings = Annotated[
    int | None,
    typer.Option(
        metavar="COUNT",
        show_default=False,
        help="The most trainings, of one round at least.  [default: the profile's]",
    ),
]
Minutes = Annotated[
    float | None,
    typer.Option(
        parser=finite,
        metavar="MINUTES",
        show_default=False,
        help="Instead of --trainings: as many as fit into this time here, worked out once, "
        "before the first.",
    ),
]
StudyName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        show_default=False,
        help="Name of the study.  [default: from baseline, profile, dataset, phi, grid, seed]",
    ),
]
Measure = Annotated[
    bool,
    typer.Option(
        "--measure",
        help="Run every full-size network here too: latency, throughput, peak memory.",
    ),
]
