"""What the driver tells a display: where the search stands, as values."""

from dataclasses import dataclass

from scalesearch.core.tasks import Outcome, Task
from scalesearch.search.cell_scores import Score


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the search is.

    `done` and `total` count trainings; `fraction` is of the expected work, with the trainings under
    way counted by epoch. `left` is in seconds, and None until something has been measured. Where
    `at_most` is true, the search may end with fewer trainings than `total` and `left` assume.
    `best` is the candidate with the best mean so far.
    """

    done: int
    total: int
    fraction: float
    left: float | None
    best: Score | None
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase begins: `tasks` trainings belong to it, `finished` of them from an earlier run."""

    name: str  # "round 1", "round 2", ... of a search; else the command
    tasks: int
    finished: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Started:
    task: Task
    standing: Standing


@dataclass(frozen=True, slots=True)
class Progress:
    """An epoch has ended; `top1` is None where it was not measured."""

    task: Task
    epoch: int
    epochs: int
    top1: float | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Noted:
    """A training has something to tell a person."""

    task: Task
    text: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Retried:
    """A training has failed and is tried again; nothing is recorded of it."""

    task: Task
    reason: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Stopping:
    """A stop was asked for: `running` trainings end after the step under way."""

    running: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Finished:
    """A training is over, and its outcome is on disk."""

    task: Task
    outcome: Outcome
    standing: Standing


@dataclass(frozen=True, slots=True)
class Opened:
    """The study can begin: nothing refuses it. It comes before anything is trained or written."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something to tell a person about the study as a whole."""

    text: str


Step = Phase | Started | Progress | Noted | Retried | Stopping | Finished
"""What the driver tells: each has the standing of the search."""
Event = Step | Opened | Said
