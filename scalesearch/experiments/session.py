"""An open study and all that training for it takes: lock, images, executor."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scalesearch.core.study_settings import Settings
from scalesearch.data.spec import DataSpec
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.resources import checked_room, needs_of
from scalesearch.experiments.run_options import RunOptions
from scalesearch.files.whole_files import sweep
from scalesearch.search.events import Opened
from scalesearch.studies.lock import hold
from scalesearch.studies.settings import prepare_folder, with_versions

if TYPE_CHECKING:
    from scalesearch.core.tasks import Task
    from scalesearch.data.prepared_images import Prepared
    from scalesearch.executors.executor import Executor
    from scalesearch.search.meter import Work
    from scalesearch.studies.study import Study


@dataclass(frozen=True, slots=True)
class Session:
    """A study that is this process's own, and what is needed to train for it."""

    plan: Plan[Any, Any]
    options: RunOptions
    study: "Study"
    images: "Prepared | None"
    """None where a trainer of the user's own brings its own."""
    executor: "Executor"
    workers: int
    """As many as there is memory for."""
    begun: float
    """When the workers were started, by the monotonic clock."""

    def train(self, tasks: "Sequence[Task]", work: "Work") -> None:
        """Train the tasks, and of a search the further rounds. Raises as `driver.run`.

        `work` is what the time left is told by.
        """
        from scalesearch.search.driver import run, train_all
        from scalesearch.search.judgement import judge_by
        from scalesearch.search.phase import Manner
        from scalesearch.search.search_rounds import Spending

        plan, options = self.plan, self.options
        manner = Manner(plan.profile.patience, options.retry_failed, options.stop.wanted, work)
        with options.stop.orderly():
            if stop := plan.rounds.stop:
                spending = Spending(tuple(plan.first_seeds), stop.regret, stop.trainings)
                judge = judge_by(plan.terms.naming(stop.regret))
                run(
                    self.study,
                    tasks,
                    self.executor,
                    spending,
                    judge,
                    options.on_event,
                    manner=manner,
                )
            else:
                train_all(
                    self.study, tasks, self.executor, plan.kind, options.on_event, manner=manner
                )


@contextlib.contextmanager
def session(plan: Plan[Any, Any], options: RunOptions) -> Iterator[Session]:
    """Everything that training for a study takes, given back however the with block ends.

    What can be refused is refused before TensorFlow is loaded, and before `Opened` is told; fewer
    workers are started than asked for where memory has no room for them. Raises StudyError,
    DataError.
    """
    folder = options.folder
    settings = replace(_versions(plan), threads=options.threads).to_json()
    prepare_folder(folder, settings)
    with hold(folder) as lock:
        sweep(options.data)  # what a kill has left there
        fit = checked_room(
            needs_of(plan), options.wished_workers, folder.parent, _images_are_there(plan, options)
        )
        options.on_event(Opened())
        if fit.sentence:
            options.tell(fit.sentence)
        from scalesearch.studies.study import open_study

        begun = time.monotonic()
        request = options.request(fit.workers, fit.kept, plan.profile.patience.hangs_after)
        with contextlib.closing(options.executors(request)) as executor:
            # Before the study is made, so that images which cannot be used pin no settings; and
            # while the fork server imports TensorFlow.
            images = _images(plan, options)
            with contextlib.closing(open_study(folder, settings, lock)) as study:
                if images is not None:
                    study.pin("images", images.fingerprint, "images")
                    _note_place(study, plan.data, options)
                if options.command:
                    study.note_command(options.command)
                _tell_changes(study, options)
                yield Session(plan, options, study, images, executor, fit.workers, begun)


def _versions(plan: Plan[Any, Any]) -> Settings:
    """The plan's settings, with the versions of what decides a training's numbers."""
    return with_versions(plan.settings) if plan.trainer is None else plan.settings


def _images_are_there(plan: Plan[Any, Any], options: RunOptions) -> bool:
    if plan.trainer is not None:
        return True
    from scalesearch.data.image_cache import is_prepared

    return is_prepared(plan.data, options.data)


def _images(plan: Plan[Any, Any], options: RunOptions) -> "Prepared | None":
    if plan.trainer is not None:
        return None
    from scalesearch.data.cache_process import prepared

    return prepared(plan.data, options.data)


def _tell_changes(study: "Study", options: RunOptions) -> None:
    """Say where the study's settings are not those that it had."""
    if study.extended:
        options.tell(f"The study {study.folder} is extended: {'; '.join(study.extended)}.")
    if study.anew:
        options.tell(
            f"No training of the study {study.folder} had come to its end, so it begins anew with "
            f"other settings:\n{study.anew}"
        )


def _note_place(study: "Study", data: DataSpec, options: RunOptions) -> None:
    """Say where images that are the study's lie by another path than when it was run last."""
    from scalesearch.data.sources import place_of

    now = place_of(data)
    before = study.note_place(now)
    if before != now:
        options.tell(
            f"The study {study.folder} was made with the images of {before}. Those of {now} are "
            "the same images, under another name or path, so it goes on."
        )
