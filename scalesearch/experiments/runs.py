"""Runs a plan as a study: trained, or gone on with, to its tables, pictures and answer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scalesearch.errors import StudyError
from scalesearch.experiments.comparison import ComparisonPlan
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.latency_file import Measured, write_measured
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.session import Session, session
from scalesearch.experiments.study_tasks import tasks_of
from scalesearch.experiments.sweep import SweepPlan
from scalesearch.studies.kept_weights import WEIGHTS, note_images
from scalesearch.studies.remedies import way_back

if TYPE_CHECKING:
    from scalesearch.experiments.comparison_results import ComparisonResult
    from scalesearch.experiments.search_results import SearchResult
    from scalesearch.experiments.stopwatch import Took
    from scalesearch.experiments.sweep_results import SweepResult
    from scalesearch.report.published_comparisons import Published
    from scalesearch.report.references import ReferencesInfo


def run_search(
    plan: SearchPlan,
    options: RunOptions,
    *,
    references: "ReferencesInfo | None" = None,
    measured: Measured | None = None,
    measure: int | None = None,
) -> "SearchResult":
    """Search, or go on with a search, and write its results to the study's folder.

    Args:
        plan: as `micro_batches.fitting` has it.
        options: where and how.
        references: published networks to show beside the result.
        measured: what a limit was held against; it is kept with the study.
        measure: run every full-size network here too, so many images at a time.

    What can be refused is refused before TensorFlow is loaded. Raises StudyError, DataError.
    """
    with session(plan, options) as inside:
        if measured:
            write_measured(plan, measured, options.folder)
        records, took = _trained(inside)
        from scalesearch.experiments.search_results import conclude_search

        result = conclude_search(plan, records, options, took, references)
        inside.study.note_answer()
        if measure is not None and not measured:
            from scalesearch.experiments.search_latency import measured_rows

            rows = measured_rows(plan, measure, tell=options.tell)
            options.tell(f"Written: {write_measured(plan, rows, options.folder)}")
    return result


def run_comparison(
    plan: ComparisonPlan, options: RunOptions, *, published: "Sequence[Published]" = ()
) -> "ComparisonResult":
    """Compare, or go on with a comparison, and write its results to the study's folder.

    `published` are the paper's rows, to be written beside ours. Otherwise as `run_search`.
    """
    with session(plan, options) as inside:
        records, took = _trained(inside)
        from scalesearch.experiments.comparison_results import conclude_comparison

        result = conclude_comparison(plan, records, options, took, published)
        inside.study.note_answer()
    return result


def run_sweep(plan: SweepPlan, options: RunOptions) -> "SweepResult":
    """Sweep, or go on with a sweep, and write its results. Otherwise as `run_search`."""
    with session(plan, options) as inside:
        records, took = _trained(inside)
        from scalesearch.experiments.sweep_results import conclude_sweep

        result = conclude_sweep(plan, records, options, took)
        inside.study.note_answer()
    return result


def _trained(inside: Session) -> "tuple[list[dict[str, Any]], Took]":
    """Train all that is not trained yet; the trials table, and what was estimated and taken.

    Raises StudyError where not one training gave a result.
    """
    from scalesearch.experiments.stopwatch import Stopwatch

    plan, images, folder = inside.plan, inside.images, inside.options.folder
    weights = None
    if plan.keeps_weights and images is not None:
        note_images(folder, images.path.name, images.size.to_json(), plan.facts.channels)
        weights = folder.resolve() / WEIGHTS
    tasks = tasks_of(plan, images.path if images else None, weights)
    stopwatch = Stopwatch(inside)
    inside.train(tasks, stopwatch.work)
    took = stopwatch.stop()
    records = inside.study.records()
    if all(row["state"] != "complete" for row in records):
        reason = next(row["reason"] for row in records if row["state"] == "failed")
        raise StudyError(
            f"None of the trainings gave a result. The first reason: {reason}. "
            f"{way_back(results=False)}"
        )
    return records, took
