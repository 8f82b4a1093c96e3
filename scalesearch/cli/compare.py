"""`scalesearch compare`: one dimension alone against all three, at the same counted cost."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scalesearch.cli.options import Baseline, Json, amount, point
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
from scalesearch.core.multipliers import Coefficients
from scalesearch.errors import ConfigError
from scalesearch.experiments.network_names import is_function
from scalesearch.experiments.study_names import checked_name, study_name

if TYPE_CHECKING:
    from scalesearch.cli.comparing import Comparison
    from scalesearch.cli.proxies import ProxyOptions
    from scalesearch.report.published_comparisons import Published


def coefficients_or_source(text: str) -> Coefficients | str:
    """A,B,C, or the name of where coefficients come from."""
    return point(text) if "," in text else text.strip()


def compare(
    cost: Annotated[
        tuple | None,
        typer.Option(
            "--cost",
            parser=numbers,
            metavar="TIMES",
            show_default=False,
            help="Counted MACs of every arm as multiples of the baseline's, such as 2 or 2,4.  "
            "[default: 2]",
        ),
    ] = None,
    target_macs: Annotated[
        int | None,
        typer.Option(
            "--target-macs",
            parser=amount,
            metavar="COUNT",
            show_default=False,
            help="Counted MACs of every full-size arm instead, such as 800M.",
        ),
    ] = None,
    coefficients: Annotated[
        str,
        typer.Option(
            "--coefficients",
            parser=coefficients_or_source,
            metavar="SOURCE",
            help="What compound scales by: found (the newest study's, else the paper's), paper, "
            "the name of a study, or A,B,C.",
        ),
    ] = "found",
    published: Annotated[
        bool,
        typer.Option("--published", help="Put the paper's rows for this baseline beside ours."),
    ] = False,
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
    results/STUDY: compare.csv, compare.png and the trained weights, which `cam` shows. The same
    command again continues an unfinished study.
    """
    from scalesearch.cli.arm_training import trained_networks
    from scalesearch.cli.comparing import Asked, comparison_of
    from scalesearch.cli.proxies import ProxyOptions
    from scalesearch.cli.render import note, print_json, say
    from scalesearch.cli.running import Place
    from scalesearch.cli.shrinking import fitting_work
    from scalesearch.studies.lock import refuse_held

    options = ProxyOptions(
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
    rows = _published(baseline) if published else ()
    if study is not None and not dry_run:
        refuse_held(results / checked_name(study))
    asked = comparison_of(
        Asked(cost or (), target_macs, baseline, coefficients, results, options, seed, seeds)
    )
    name = _study_name(asked, options, seed) if study is None else study
    place = Place(name, results, workers, threads, retry_failed)
    asked = replace(asked, work=fitting_work(asked.work, place))
    if dry_run:
        from scalesearch.cli.compared_plan import dry_json, plan_text, published_json
        from scalesearch.cli.dry_time import dry_estimate
        from scalesearch.cli.estimating import timed_work

        estimate = dry_estimate(timed_work(asked.work), place, calibrate)
        if json:
            document = dry_json(asked, estimate)
            print_json({**document, "published": published_json(rows)})
        else:
            say(plan_text(asked, estimate, rows))
        return
    from scalesearch.cli.compared_plan import plan_lines

    for line in plan_lines(asked):
        note(line)
    with trained_networks(asked.work, place, calibrate) as (trained, took):
        from scalesearch.cli.compared import write_comparison

        text, document = write_comparison(asked, trained, place.folder, rows, took)
    if json:
        print_json(document)
    else:
        say(text)


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


def _study_name(asked: "Comparison", options: "ProxyOptions", seed: int) -> str:
    times = "x" + "-".join(f"{cost:.4g}" for cost in asked.work.settings["costs"])
    return study_name(
        "compare",
        asked.baseline.name,
        profile=options.profile,
        dataset=options.dataset,
        seed=seed,
        more=(times,),
    )
