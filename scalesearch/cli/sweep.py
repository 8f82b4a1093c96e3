"""`scalesearch sweep`: accuracy against cost, one dimension at a time."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scalesearch.cli.options import Baseline, Json
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
    Seeds,
    SkipBroken,
    Split,
    Threads,
    Train,
    Validation,
    Workers,
    looks,
    numbers,
)

if TYPE_CHECKING:
    from scalesearch.experiments.run_options import RunOptions


def pair(text: str) -> tuple[float, float]:
    """DEPTH,RESOLUTION, or typer.BadParameter."""
    values = numbers(text) if len(str(text).split(",")) == 2 else ()
    # A pair of equal numbers is one number to `numbers`.
    if not values or min(values) <= 0:
        raise typer.BadParameter(
            "must be a factor of depth and one of resolution, both above 0, such as 2,1.3. "
            f"Got {text!r}."
        )
    return values[0], values[-1]


def _factors(dimension: str) -> typer.models.OptionInfo:
    return typer.Option(
        f"--{dimension}",
        parser=numbers,
        metavar="FACTORS",
        show_default=False,
        help=f"What {dimension} is multiplied by, such as 1.4,2; the others stay the baseline's.",
    )


def sweep(
    ctx: typer.Context,
    depth: Annotated[tuple | None, _factors("depth")] = None,
    width: Annotated[tuple | None, _factors("width")] = None,
    resolution: Annotated[tuple | None, _factors("resolution")] = None,
    pairs: Annotated[
        list[tuple] | None,
        typer.Option(
            "--pair",
            parser=pair,
            metavar="DEPTH,RESOLUTION",
            show_default=False,
            help="Sweep width alone, at this fixed depth and resolution. May be given several "
            "times, a line each.",
        ),
    ] = None,
    baseline: Baseline = "efficientnet_b0",
    profile: Profile = "quick",
    dataset: Dataset = None,
    data_dir: DataDir = None,
    download: Download = False,
    split: Split = None,
    label: Label = None,
    skip_broken: SkipBroken = False,
    follow_links: FollowLinks = False,
    train: Train = None,
    validation: Validation = None,
    epochs: Epochs = None,
    seeds: Seeds = 3,
    seed: Seed = 0,
    workers: Workers = None,
    threads: Threads = 1,
    retry_failed: RetryFailed = False,
    study: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="Name of the study.  [default: from baseline, profile, dataset, lines, seed]",
        ),
    ] = None,
    results: Results = Path("results"),
    dry_run: DryRun = False,
    calibrate: Calibrate = False,
    json: Json = False,
) -> None:
    """Scale depth, width and resolution one at a time, and see what each factor pays.

    Without factors each dimension is multiplied by 1.4 and 2. Every network and the baseline are
    trained on the same seeds by the same recipe. Written to results/STUDY: sweep.csv and
    sweep.png. The same command again continues an unfinished study.
    """
    from scalesearch.cli.render import note, print_json, say
    from scalesearch.cli.study_run import run_options, shown
    from scalesearch.cli.sweep_text import dry_json, plan_text, result_json, result_text
    from scalesearch.cli.trainings_text import training_lines
    from scalesearch.experiments.calibration import estimated
    from scalesearch.experiments.forecast import timed
    from scalesearch.experiments.micro_batches import fitting
    from scalesearch.experiments.sweep import sweep_plan
    from scalesearch.experiments.sweep_request import SweepRequest, default_sweep
    from scalesearch.experiments.training_options import TrainingOptions

    training = TrainingOptions(
        profile,
        dataset,
        data_dir,
        download,
        train,
        validation,
        epochs,
        skip_broken,
        looks(results, dry_run),
        follow_links,
        split,
        label,
    )

    def options_of(name: str) -> "RunOptions":
        return run_options(ctx, results, name, workers, threads, retry_failed, calibrate)

    if study is not None and not dry_run:
        options_of(study).refuse_held()
    factors = {"depth": depth, "width": width, "resolution": resolution}
    distinct = tuple(dict.fromkeys(pairs or ()))
    request = SweepRequest(baseline, training, factors, distinct, seed, seeds)
    plan = sweep_plan(request, note)
    options = options_of(default_sweep(request, plan.network.name) if study is None else study)
    plan = fitting(plan, options)
    if dry_run:
        estimate = estimated(timed(plan), options)
        if json:
            print_json(dry_json(plan, estimate))
        else:
            say(plan_text(plan, estimate))
        return
    from scalesearch.experiments.sweep_study import run_sweep

    with shown(options, training_lines(plan)) as options:
        result = run_sweep(plan, options)
    if json:
        print_json(result_json(result))
    else:
        say(result_text(result))
