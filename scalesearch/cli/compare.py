"""`scalesearch compare`: one dimension alone against all three, at the same counted cost."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scalesearch.cli.comparison_options import (
    CompoundBy,
    Controls,
    Costs,
    Lengths,
    PublishedRows,
    TargetMacs,
)
from scalesearch.cli.options import Baseline, Json
from scalesearch.cli.study_options import (
    Calibrate,
    DataDir,
    Dataset,
    Download,
    DryRun,
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
)
from scalesearch.errors import ConfigError
from scalesearch.experiments.network_names import is_function

if TYPE_CHECKING:
    from scalesearch.experiments.run_options import RunOptions
    from scalesearch.report.published_comparisons import Published


def compare(
    ctx: typer.Context,
    cost: Costs = None,
    target_macs: TargetMacs = None,
    coefficients: CompoundBy = "found",
    published: PublishedRows = False,
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
    epochs: Lengths = None,
    controls: Controls = False,
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
            help="Name of the study.  [default: from baseline, profile, dataset, cost, seed]",
        ),
    ] = None,
    results: Results = Path("results"),
    dry_run: DryRun = False,
    calibrate: Calibrate = False,
    json: Json = False,
) -> None:
    """Compare depth, width and resolution alone with all three, at equal counted cost.

    Every arm and the baseline are trained on the same seeds by the same recipe. Written to
    results/STUDY: compare.csv, compare.png, compare.html and the trained weights, which `cam`
    shows. The same command again continues an unfinished study; more seeds, lengths or controls
    extend it.
    """
    from scalesearch.cli.comparison_text import dry_json, plan_lines, plan_text
    from scalesearch.cli.render import note, print_json, say
    from scalesearch.cli.study_run import run_options, shown
    from scalesearch.experiments.calibration import estimated
    from scalesearch.experiments.comparison import comparison_plan
    from scalesearch.experiments.comparison_request import ComparisonRequest, default_comparison
    from scalesearch.experiments.forecast import timed
    from scalesearch.experiments.micro_batches import fitting
    from scalesearch.experiments.training_options import TrainingOptions

    training = TrainingOptions(
        profile,
        dataset,
        data_dir,
        download,
        train,
        validation,
        None,
        skip_broken,
        looks(results, dry_run),
        follow_links,
        split,
        label,
    )
    rows = _published(baseline) if published else ()

    def options_of(name: str) -> "RunOptions":
        return run_options(ctx, results, name, workers, threads, retry_failed, calibrate)

    if study is not None and not dry_run:
        options_of(study).refuse_held()
    request = ComparisonRequest(
        baseline,
        training,
        results,
        cost or (),
        target_macs,
        coefficients,
        seed,
        seeds,
        epochs or (),
        controls,
    )
    plan = comparison_plan(request, note)
    if study is None:
        study = default_comparison(request, plan.terms.costs, plan.network.name)
    options = options_of(study)
    plan = fitting(plan, options)
    if dry_run:
        from scalesearch.experiments.comparison_noise import proofs

        estimate, known = estimated(timed(plan), options), proofs(plan, options.folder)
        if json:
            print_json(dry_json(plan, estimate, known, rows))
        else:
            say(plan_text(plan, estimate, known, rows))
        return
    from scalesearch.experiments.comparison_study import run_comparison

    with shown(options, plan_lines(plan)) as options:
        result = run_comparison(plan, options, published=rows)
    from scalesearch.cli.comparison_results_text import result_json, result_text

    if json:
        print_json(result_json(result))
    else:
        say(result_text(result))


def _published(baseline: str) -> "tuple[Published, ...]":
    """The paper's rows for that table. Raises ConfigError where it has none."""
    from scalesearch.config.shipped_files import load_network
    from scalesearch.report.published_comparisons import published_rows

    if is_function(baseline):
        raise ConfigError(
            f"Option --published has the paper's rows for tables that come with scalesearch. Got "
            f"the function {baseline}: leave --published out."
        )
    return published_rows(load_network(baseline))
