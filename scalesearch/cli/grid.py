"""`scalesearch grid`: find out which split of a doubled budget pays best."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scalesearch.cli.options import Baseline, Json, MeasuredBatch, References, measured_batch
from scalesearch.cli.search_options import (
    Alpha,
    Beta,
    Constraint,
    Gamma,
    Grid,
    Include,
    LiteralNetworks,
    MaxActs,
    MaxLatency,
    MaxParams,
    Measure,
    Minutes,
    MostTrainings,
    Phi,
    Regret,
    Step,
    StudyName,
    Tolerance,
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
from scalesearch.core.limits import Ceilings

if TYPE_CHECKING:
    from scalesearch.experiments.grid import SearchPlan


def grid(
    ctx: typer.Context,
    phi: Phi = 1.0,
    baseline: Baseline = "efficientnet_b0",
    profile: Profile = "quick",
    dataset: Dataset = None,
    data_dir: DataDir = None,
    download: Download = False,
    split: Split = None,
    label: Label = None,
    skip_broken: SkipBroken = False,
    follow_links: FollowLinks = False,
    grid: Grid = None,
    step: Step = None,
    alpha: Alpha = None,
    beta: Beta = None,
    gamma: Gamma = None,
    tolerance: Tolerance = None,
    constraint: Constraint = None,
    include: Include = None,
    max_params: MaxParams = None,
    max_acts: MaxActs = None,
    max_latency: MaxLatency = None,
    literal: LiteralNetworks = False,
    train: Train = None,
    validation: Validation = None,
    epochs: Epochs = None,
    regret: Regret = None,
    trainings: MostTrainings = None,
    minutes: Minutes = None,
    seed: Seed = 0,
    workers: Workers = None,
    threads: Threads = 1,
    retry_failed: RetryFailed = False,
    study: StudyName = None,
    results: Results = Path("results"),
    references: References = None,
    dry_run: DryRun = False,
    calibrate: Calibrate = False,
    measure: Measure = False,
    batch: MeasuredBatch = None,
    json: Json = False,
) -> None:
    """Search the best split of a budget over depth, width and resolution.

    Every candidate is a scaled network of the same counted cost. A small proxy of each is trained
    for a short while, a surface over all splits is fitted, and further trainings go where they
    teach most, until little can be gained. The best point's coefficients are written to
    results/STUDY/coefficients.yaml, beside trials.csv, pareto.png and report.html. The same
    command again continues an unfinished study; with a lower --regret or more --trainings it
    goes on with a finished one.
    """
    from scalesearch.cli.render import note, print_json, say
    from scalesearch.cli.search_text import plan_json, plan_text, summary
    from scalesearch.cli.study_run import run_options, shown
    from scalesearch.experiments.calibration import estimated
    from scalesearch.experiments.forecast import timed
    from scalesearch.experiments.grid import search_plan
    from scalesearch.experiments.micro_batches import fitting
    from scalesearch.experiments.search_request import SearchRequest, default_study
    from scalesearch.experiments.training_options import TrainingOptions
    from scalesearch.report.references import references_info

    images = measured_batch(batch, measure or max_latency is not None)
    published = None if references is None else references_info(references)
    axes = {"alpha": alpha, "beta": beta, "gamma": gamma}
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
    request = SearchRequest(
        baseline=baseline,
        training=training,
        phi=phi,
        grid=grid,
        step=step,
        ranges={name: axis for name, axis in axes.items() if axis},
        tolerance=tolerance,
        constraint=constraint,
        include=tuple(include or ()),
        ceilings=Ceilings(max_params, max_acts),
        literal=literal,
        regret=regret,
        trainings=trainings,
        minutes=minutes,
        seed=seed,
    )
    options = run_options(
        ctx,
        results,
        default_study(request) if study is None else study,
        workers,
        threads,
        retry_failed,
        calibrate,
    )
    if not dry_run:
        options.refuse_held()
    measured: dict[str, Any] = {}

    def limit(plan: "SearchPlan") -> "SearchPlan":
        if max_latency is None:
            return plan
        from scalesearch.experiments.search_latency import measured_rows, within_latency

        if not dry_run:
            options.refuse_unwritable()
        measured.update(measured_rows(plan, images, options.folder, note))
        return within_latency(plan, measured, max_latency)

    plan = fitting(search_plan(request, note, limit), options)
    if dry_run:
        if measure and not measured:
            from scalesearch.experiments.search_latency import measured_rows

            measured = measured_rows(plan, images, tell=note)
        from scalesearch.experiments.prospects import prospect

        estimate, may = estimated(timed(plan), options), prospect(plan, options)
        if json:
            print_json(plan_json(plan, measured, estimate, may))
        else:
            say(plan_text(plan, measured, estimate, may))
        return
    from scalesearch.experiments.search_study import run_search

    with shown(options, summary(plan)) as options:
        result = run_search(
            plan,
            options,
            references=published,
            measured=measured,
            measure=images if measure else None,
        )
    from scalesearch.cli.search_results_text import result_json, result_text

    if json:
        print_json(result_json(result))
    else:
        say(result_text(result))
