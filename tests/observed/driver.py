"""The command line as it is, which also tells a harness where it stands.

`python -m tests.observed.driver grid ...`. Lines of JSON go to the descriptor FAULTS_TELL:
{"phase"}: enumeration, training, report; {"recorded"}: a row that the study has said it holds.
The trainer is the one that FAULTS_TRAINER names.
"""

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scalesearch.executors.executor import Executor
    from scalesearch.experiments.executor_choice import ExecutorRequest


def main() -> None:
    descriptor = int(os.environ["FAULTS_TELL"])

    def tell(**line: Any) -> None:
        os.write(descriptor, json.dumps(line).encode() + b"\n")

    from scalesearch.surroundings import settle

    settle()
    from scalesearch.cli import app

    listen(tell)
    tell(phase="enumeration")
    app.main(_executor)


def _executor(request: "ExecutorRequest") -> "Executor":
    """The usual one, with the trainer that is named."""
    from scalesearch.executors.processes import ProcessExecutor
    from scalesearch.experiments.executor_choice import environment

    return ProcessExecutor(
        os.environ["FAULTS_TRAINER"],
        workers=request.workers,
        environment=environment(request.threads),
        log=request.log,
        hangs_after=request.hangs_after,
        kept=request.kept,
    )


def _reached(outcome: Any) -> tuple[str, float | None]:
    return outcome.state, outcome.top1


def listen(tell: Callable[..., None]) -> None:
    """Have the events of the search's driver told."""
    from scalesearch.search import driver
    from scalesearch.search.events import Finished, Phase

    run = driver.run

    @functools.wraps(run)
    def telling(*arguments: Any, **named: Any) -> Any:
        call = inspect.signature(run).bind(*arguments, **named)
        shown = call.arguments.get("on_event", lambda event: None)

        def on_event(event: Any) -> None:
            if isinstance(event, Phase):
                tell(phase="training")
            if isinstance(event, Finished):
                task, outcome = event.task, event.outcome
                tell(recorded=[task.cell, task.seed, *_reached(outcome)])
            shown(event)

        call.arguments["on_event"] = on_event
        result = run(*call.args, **call.kwargs)
        tell(phase="report")
        return result

    driver.run = telling


if __name__ == "__main__":
    sys.argv[0] = "scalesearch"
    main()
