"""What became of a training as an Optuna trial, for dashboards and whoever reads the study."""

from datetime import timedelta
from typing import Any

from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from scalesearch.core.tasks import COMPLETE, FAILED, Outcome, Task
from scalesearch.studies import recency, storage
from scalesearch.studies.rows import Record

_STATES = {COMPLETE: TrialState.COMPLETE, FAILED: TrialState.FAIL}
_COSTS = ("macs", "params", "acts", "counted_ratio")  # attributes of their own, for dashboards


def trial_of(task: Task, outcome: Outcome, row: Record) -> FrozenTrial:
    """The trial that carries `row`."""
    attributes: dict[str, Any] = {"cell": task.cell, "seed": task.seed}
    attributes |= {name: row[name] for name in _COSTS if name in row}
    complete = row["state"] == COMPLETE  # and so its top1 is finite: Outcome sees to that
    if row["state"] == FAILED:
        attributes["reason"] = outcome.reason
    params = {"alpha": task.alpha, "beta": task.beta, "gamma": task.gamma}
    trial = create_trial(
        state=_STATES[row["state"]],
        value=outcome.top1 if complete else None,
        params=params,
        distributions={name: _range(value) for name, value in params.items()},
        user_attrs={**attributes, storage.ROW: row, recency.ENDED: recency.now()},
    )
    if trial.datetime_complete is not None and outcome.seconds is not None:
        trial.datetime_start = trial.datetime_complete - timedelta(seconds=outcome.seconds)
    return trial


def _range(value: float) -> BaseDistribution:
    """1 to 2, which holds every split of a doubled budget; the same for all keeps plots whole."""
    return FloatDistribution(min(1.0, value), max(2.0, value))
