"""`scalesearch grid`: find out which split of a doubled budget pays best."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scalesearch.cli.options import (
    Baseline,
    Json,
    MeasuredBatch,
    References,
    axis,
    ceiling,
    finite,
    measured_batch,
    point,
    positive,
)
from scalesearch.cli.study_options import (
    Calibrate,
    DataDir,
    Dataset,
    Download,
    DryRun,
    Epochs,
    FollowLinks,
    Label,
    Profile,
    Results,
    RetryFailed,
    Seed,
    SkipBroken,
    Split,
    Threads,
    Train,
    Validation,
    Workers,
    looks,
)
from scalesearch.core.candidates import Range
from scalesearch.core.limits import Ceilings
from scalesearch.core.multipliers import Coefficients
from scalesearch.errors import ConfigError
from scalesearch.experiments.study_names import checked_name, default_study

if TYPE_CHECKING:
    from scalesearch.core.plan import Plan


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
    profile: Profile = "quick",
    dataset: Dataset = None,
    data_dir: DataDir = None,
    download: Download = False,
    split: Split = None,
    label: Label = None,
    skip_broken: SkipBroken = False,
    follow_links: FollowLinks = False,
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
    alpha: Annotated[Range | None, axis("alpha")] = None,
    beta: Annotated[Range | None, axis("beta")] = None,
    gamma: Annotated[Range | None, axis("gamma")] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(
            parser=finite,
            metavar="NUMBER",
            show_default=False,
            help="How far the cost ratio may lie from its target in --grid box.  [default: 0.1]",
        ),
    ] = None,
    constraint: Annotated[
        str | None,
        typer.Option(
            metavar="nominal|counted",
            show_default=False,
            help="Whether --grid box holds alpha*beta^2*gamma^2 near 2, or the counted ratio near "
            "2^phi.  [default: nominal]",
        ),
    ] = None,
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
    max_latency: Annotated[
        float | None,
        typer.Option(
            "--max-latency",
            parser=positive,
            metavar="MILLISECONDS",
            show_default=False,
            help="Most time a full-size candidate may take here for one image (median); each is "
            "run first.",
        ),
    ] = None,
    literal: Annotated[
        bool,
        typer.Option(
            "--literal",
            help="Train the formula's networks with the official rounding, at whatever cost.",
        ),
    ] = False,
    train: Train = None,
    validation: Validation = None,
    epochs: Epochs = None,
    no_early_stop: Annotated[
        bool,
        typer.Option(
            "--no-early-stop", help="Train every candidate to the end, whatever the profile cuts."
        ),
    ] = False,
    seed: Seed = 0,
    workers: Workers = None,
    threads: Threads = 1,
    retry_failed: RetryFailed = False,
    study: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="Name of the study.  [default: from baseline, profile, dataset, phi, grid, seed]",
        ),
    ] = None,
    results: Results = Path("results"),
    references: References = None,
    dry_run: DryRun = False,
    calibrate: Calibrate = False,
    measure: Annotated[
        bool,
        typer.Option(
            "--measure",
            help="Run every full-size network here too: latency, throughput, peak memory.",
        ),
    ] = False,
    batch: MeasuredBatch = None,
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
    from scalesearch.cli.running import Place
    from scalesearch.cli.shrinking import fitting_search
    from scalesearch.report.references import references_info
    from scalesearch.studies.lock import refuse_held

    images = measured_batch(batch, measure or max_latency is not None)
    published = None if references is None else references_info(references)
    for option, value, known in (
        ("--grid", grid or "simplex", ("simplex", "box")),
        ("--constraint", constraint or "nominal", ("nominal", "counted")),
    ):
        if value not in known:
            raise ConfigError(f"Option {option} must be {' or '.join(known)}. Got {value!r}.")
    for option, given in (("--tolerance", tolerance), ("--constraint", constraint)):
        if given is not None and grid != "box":
            raise ConfigError(f"Option {option} is for --grid box. Got {given}. Leave it out.")
    axes = {"alpha": alpha, "beta": beta, "gamma": gamma}
    asked = Asked(
        phi=phi,
        baseline=baseline,
        profile=profile,
        grid=grid,
        step=step,
        tolerance=0.1 if tolerance is None else tolerance,
        constraint=constraint or "nominal",
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
        early_stop=not no_early_stop,
        skip_broken=skip_broken,
        looks=looks(results, dry_run),
        follow_links=follow_links,
        split=split,
        label=label,
    )
    name = default_study(asked) if study is None else checked_name(study)
    if not dry_run:
        refuse_held(results / name)
    measured: dict[str, Any] = {}

    def limit(plan: "Plan") -> "Plan":
        if max_latency is None:
            return plan
        from scalesearch.experiments.measurements import measured_rows, within_latency
        from scalesearch.studies.settings import usable_folder

        if not dry_run:
            usable_folder(results / name)
        measured.update(measured_rows(plan, images, results / name))
        return within_latency(plan, measured, max_latency)

    search = search_of(asked, limit)
    place = Place(name, results, workers, threads, retry_failed)
    search = fitting_search(search, place)
    if dry_run:
        from scalesearch.cli.dry_time import dry_estimate
        from scalesearch.cli.estimating import timed_search

        if measure and not measured:
            from scalesearch.experiments.measurements import measured_rows

            measured = measured_rows(search.plan, images)
        estimate = dry_estimate(timed_search(search), place, calibrate)
        if json:
            print_json(plan_json(search, measured, estimate))
        else:
            say(plan_text(search, measured, estimate))
        return
    from scalesearch.cli.searching import Run, run_search

    run_search(search, Run(place, seed, json, published, measured, calibrate))
    if measure and not measured:
        from scalesearch.cli.render import note
        from scalesearch.experiments.latency_file import write_measured
        from scalesearch.experiments.measurements import measured_rows

        rows = measured_rows(search.plan, images)
        note(f"Written: {write_measured(search.plan, rows, results / name)}")
