"""Runs a search: its trainings, and what is written when it ends."""

from dataclasses import dataclass

from scalesearch.cli.command_line import command_line
from scalesearch.cli.needs import needs_of_search
from scalesearch.cli.planned import summary
from scalesearch.cli.planning import Search
from scalesearch.cli.proxies import data_key
from scalesearch.cli.render import print_json, say
from scalesearch.cli.running import Place, room
from scalesearch.experiments.latency_file import Measured, write_measured
from scalesearch.experiments.study_names import checked_name
from scalesearch.report.references import ReferencesInfo

SEEDS_APART = 1000
"""Training seeds of search seed s are 1000 s, 1000 s + 1, ..."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a search is run and told; none of it changes what comes out."""

    place: Place
    seed: int
    json: bool
    references: ReferencesInfo | None = None
    """Published networks to show beside the result."""
    measured: Measured | None = None
    """What a limit was held against; kept with the study."""
    calibrate: bool = False
    """Whether the machine is measured anew for the estimate of time."""


def run_search(search: Search, run: Run) -> None:
    """Search, or go on with a search, and write its results.

    What can be refused is refused before TensorFlow is loaded. Raises StudyError, DataError.
    """
    checked_name(run.place.study)
    place = run.place
    needs, lines = needs_of_search(search), summary(search)
    with room(place, search.settings, search.profile, search.data, needs, lines) as inside:
        from scalesearch.cli.estimating import timed_search
        from scalesearch.cli.outcome import write_outcome
        from scalesearch.cli.timing import Stopwatch
        from scalesearch.search.cells import Training, tasks
        from scalesearch.search.driver import Finals

        if run.measured:
            write_measured(search.plan, run.measured, place.folder)
        training = Training(
            search.profile.recipe, data_key(search.data, search.facts), str(inside.images.path)
        )
        first = run.seed * SEEDS_APART
        middle = first + search.profile.search_seeds
        plan = tasks(search.plan, training, range(first, middle))
        finals = Finals(
            search.profile.finalists, tuple(range(middle, first + search.profile.final_seeds))
        )
        stopwatch = Stopwatch(inside, timed_search(search), run.calibrate)
        result = inside.search(plan, finals, stopwatch.work)
        took = stopwatch.stop()
        records = inside.study.records()
        answer = write_outcome(
            search, result, records, place.folder, command_line(), run.references, took
        )
        inside.study.note_answer()
    if run.json:
        print_json(answer.json)
    else:
        say(answer.text)
