"""`scalesearch sweep`: accuracy against cost, one dimension at a time."""

from dataclasses import replace
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
from scalesearch.experiments.study_names import checked_name, study_name

if TYPE_CHECKING:
    from scalesearch.cli.proxies import ProxyOptions
    from scalesearch.cli.sweeping import Sweep


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
    from scalesearch.cli.proxies import ProxyOptions
    from scalesearch.cli.render import note, print_json, say
    from scalesearch.cli.running import Place
    from scalesearch.cli.shrinking import fitting_work
    from scalesearch.cli.sweeping import Asked, sweep_of
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
    factors = {"depth": depth, "width": width, "resolution": resolution}
    distinct = tuple(dict.fromkeys(pairs or ()))
    if study is not None and not dry_run:
        refuse_held(results / checked_name(study))
    asked = sweep_of(Asked(factors, distinct, baseline, options, seed, seeds))
    from scalesearch.cli.swept_plan import dry_json, plan_lines, plan_text

    name = _study_name(asked, options, seed) if study is None else study
    place = Place(name, results, workers, threads, retry_failed)
    asked = replace(asked, work=fitting_work(asked.work, place))
    if dry_run:
        from scalesearch.cli.dry_time import dry_estimate
        from scalesearch.cli.estimating import timed_work

        estimate = dry_estimate(timed_work(asked.work), place, calibrate)
        if json:
            print_json(dry_json(asked, estimate))
        else:
            say(plan_text(asked, estimate))
        return
    from scalesearch.cli.arm_training import trained_networks

    for line in plan_lines(asked):
        note(line)
    with trained_networks(asked.work, place, calibrate) as (trained, took):
        from scalesearch.cli.swept import write_sweep

        text, document = write_sweep(asked, trained[1:], place.folder, took)
    if json:
        print_json(document)
    else:
        say(text)


def _study_name(asked: "Sweep", options: "ProxyOptions", seed: int) -> str:
    """Other factors need another --study."""
    return study_name(
        "sweep",
        asked.baseline.name,
        profile=options.profile,
        dataset=options.dataset,
        seed=seed,
        more=("pairs",) if asked.by_pairs else (),
    )
