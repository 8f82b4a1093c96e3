"""`scalesearch grid`: find out which split of a doubled budget pays best."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scalesearch.cli.names import kind_of, study_name
from scalesearch.cli.options import Baseline, Json, References, ceiling, finite, seed_number
from scalesearch.core.candidates import Range
from scalesearch.core.limits import Ceilings
from scalesearch.core.scaling import Coefficients
from scalesearch.errors import ConfigError

if TYPE_CHECKING:
    from scalesearch.cli.planning import Asked


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


def _axis(name: str) -> typer.models.OptionInfo:
    return typer.Option(
        f"--{name}",
        parser=range_of,
        metavar="LOW:HIGH",
        show_default=False,
        help=f"Range of {name} in --grid box, at least 1.",
    )


def grid(
    phi: Annotated[
        float,
        typer.Option(
            "--phi",
            parser=finite,
            metavar="NUMBER",
            help="Candidates cost 2^phi times the baseline (counted multiply-accumulates).",
        ),
    ] = 1.0,
    baseline: Baseline = "efficientnet_b0",
    profile: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE", help="How proxies are made: quick, cifar10, imagenet or a file."
        ),
    ] = "quick",
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="digits, cluttered-digits, folder:PATH (one folder a class), or a "
            "tensorflow-datasets name.  [default: the profile's]",
        ),
    ] = None,
    data_dir: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            show_default=False,
            help="Where tensorflow-datasets has its data.  [default: ~/tensorflow_datasets]",
        ),
    ] = None,
    download: Annotated[
        bool, typer.Option("--download", help="Allow the dataset to be downloaded.")
    ] = False,
    grid: Annotated[
        str | None,
        typer.Option(
            "--grid",
            metavar="simplex|box",
            show_default=False,
            help="Budget shares on a triangle, or ranges of coefficients.  [default: simplex, and "
            "the paper's point]",
        ),
    ] = None,
    step: Annotated[
        float | None,
        typer.Option(
            parser=finite,
            metavar="NUMBER",
            show_default=False,
            help="Step of the shares (default: the profile's) or of the coefficients (default: "
            "0.05).",
        ),
    ] = None,
    alpha: Annotated[Range | None, _axis("alpha")] = None,
    beta: Annotated[Range | None, _axis("beta")] = None,
    gamma: Annotated[Range | None, _axis("gamma")] = None,
    tolerance: Annotated[
        float,
        typer.Option(
            parser=finite,
            metavar="NUMBER",
            help="How far the cost may lie from its target in --grid box.",
        ),
    ] = 0.1,
    constraint: Annotated[
        str,
        typer.Option(
            metavar="nominal|counted",
            help="Whether --grid box holds alpha*beta^2*gamma^2 near 2, or the counted ratio near "
            "2^phi.",
        ),
    ] = "nominal",
    include: Annotated[
        list[Coefficients] | None,
        typer.Option(
            parser=point,
            metavar="A,B,C",
            show_default=False,
            help="Further coefficients to try, such as 1.2,1.1,1.15. May be given several times.",
        ),
    ] = None,
    max_params: Annotated[int | None, ceiling("params (trainable parameters)")] = None,
    max_acts: Annotated[int | None, ceiling("acts (activations of one image)")] = None,
    literal: Annotated[
        bool,
        typer.Option(
            "--literal",
            help="Train the formula's networks with the official rounding, at whatever cost.",
        ),
    ] = False,
    train: Annotated[
        int | None,
        typer.Option(min=1, metavar="IMAGES", show_default=False, help="Training images."),
    ] = None,
    validation: Annotated[
        int | None,
        typer.Option(min=1, metavar="IMAGES", show_default=False, help="Validation images."),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, metavar="EPOCHS", show_default=False, help="Epochs of each training."),
    ] = None,
    seed: Annotated[
        int, typer.Option(parser=seed_number, metavar="NUMBER", help="Seed of the whole search.")
    ] = 0,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1024,
            metavar="COUNT",
            show_default=False,
            help="Trainings at a time.  [default: one a core]",
        ),
    ] = None,
    threads: Annotated[
        int, typer.Option(min=1, max=1024, metavar="COUNT", help="Threads of each training.")
    ] = 1,
    study: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="Name of the study.  [default: from baseline, profile, dataset, phi, seed]",
        ),
    ] = None,
    results: Annotated[Path, typer.Option(metavar="FOLDER", help="Where studies lie.")] = Path(
        "results"
    ),
    references: References = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the candidates and the cost; train nothing.")
    ] = False,
    measure: Annotated[
        bool,
        typer.Option(
            "--measure",
            help="Run every full-size network here too: latency, throughput, peak memory.",
        ),
    ] = False,
    batch: Annotated[
        int,
        typer.Option(min=1, metavar="IMAGES", help="Batch whose throughput --measure takes."),
    ] = 32,
    json: Json = False,
) -> None:
    """Search the best split of a budget over depth, width and resolution.

    Every candidate is a scaled network of the same counted cost. A small proxy of each is trained
    for a short while, the best on further seeds, and the winner's coefficients are written to
    results/STUDY/coefficients.yaml, beside trials.csv, pareto.png and report.html. The same
    command again continues an unfinished study.
    """
    from scalesearch.cli.planned import plan_json, plan_text
    from scalesearch.cli.planning import Asked, search_of
    from scalesearch.cli.render import print_json, say
    from scalesearch.report.references import references_info

    published = None if references is None else references_info(references)
    for option, value, known in (
        ("--grid", grid or "simplex", ("simplex", "box")),
        ("--constraint", constraint, ("nominal", "counted")),
    ):
        if value not in known:
            raise ConfigError(f"Option {option} must be {' or '.join(known)}. Got {value!r}.")
    axes = {"alpha": alpha, "beta": beta, "gamma": gamma}
    asked = Asked(
        phi=phi,
        baseline=baseline,
        profile=profile,
        grid=grid,
        step=step,
        tolerance=tolerance,
        constraint=constraint,
        ranges={name: axis for name, axis in axes.items() if axis},
        include=tuple(include or ()),
        ceilings=Ceilings(max_params, max_acts),
        literal=literal,
        dataset=dataset,
        data_dir=data_dir,
        download=download,
        train=train,
        validation=validation,
        epochs=epochs,
        seed=seed,
    )
    search = search_of(asked)
    if dry_run:
        measured = {}
        if measure:
            from scalesearch.cli.measured_grid import measured_rows

            measured = measured_rows(search.plan, batch)
        if json:
            print_json(plan_json(search, measured))
        else:
            say(plan_text(search, measured))
        return
    from scalesearch.cli.searching import Run, run_search

    name = study or default_study(asked, search.data.dataset)
    run_search(search, Run(name, results, workers, threads, seed, json, published))
    if measure:
        from scalesearch.cli.measured_grid import measured_rows, write_measured
        from scalesearch.cli.render import note

        rows = measured_rows(search.plan, batch)
        note(f"Written: {write_measured(search.plan, rows, results / name)}")


def default_study(asked: "Asked", dataset: str) -> str:
    """The name of a search's study where none is given; `dataset` is the one in use."""
    function = kind_of(asked.baseline) == "function"
    return study_name(
        asked.baseline.replace(":", ".") if function else Path(asked.baseline).stem,
        profile=asked.profile,
        dataset=dataset if asked.dataset else None,
        seed=asked.seed,
        more=(
            f"phi{asked.phi:g}",
            *([asked.grid] if asked.grid else []),
            *(["literal"] if asked.literal else []),
        ),
    )
