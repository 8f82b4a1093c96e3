"""A plan of networks as the tasks of a study: what is trained, and the table's known columns."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.networks import Network, Realised
from scalesearch.core.plan import Plan, Row, Trial
from scalesearch.core.tasks import BASELINE, CANDIDATE, Task


@dataclass(frozen=True, slots=True)
class Training:
    """What all trainings of a search share."""

    recipe: Recipe
    data: Mapping[str, Any]
    """What decides the images, plain values; part of each cell's key."""
    data_path: str
    """Where the prepared images lie on this machine; no part of the key."""


def tasks(plan: Plan, training: Training, seeds: range) -> list[Task]:
    """One task for every distinct proxy and seed, the baseline's first."""
    reference = Trial(plan.reference, ("baseline",))
    return [
        _task(trial, role, plan.phi, training, seed)
        for role, trials in ((BASELINE, (reference,)), (CANDIDATE, plan.trials))
        for trial in trials
        for seed in seeds
    ]


def cell_of(network: Network, training: Training) -> str:
    """16 hex digits that stand for all that decides a training's result, the seed apart."""
    key = {
        "network": network.named("").to_json(),
        "recipe": training.recipe.to_json(),
        "data": dict(training.data),
    }
    text = json.dumps(key, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _task(trial: Trial, role: str, phi: float, training: Training, seed: int) -> Task:
    row = trial.row
    coefficients = row.candidate.coefficients
    known = {"nominal_ratio": coefficients.nominal**phi, **_asked(row, role)}
    names = "; ".join(trial.names)
    return task_of(names, role, coefficients, row.full, row.proxy, training, seed, known)


def task_of(
    names: str,
    role: str,
    coefficients: Coefficients,
    full: Realised,
    proxy: Realised,
    training: Training,
    seed: int,
    known: Mapping[str, Any],
) -> Task:
    """The training of one proxy with one seed; `known` are further columns."""
    return Task(
        cell=cell_of(proxy.network, training),
        seed=seed,
        alpha=coefficients.alpha,
        beta=coefficients.beta,
        gamma=coefficients.gamma,
        attributes={
            "names": names,
            "role": role,
            "alpha": coefficients.alpha,
            "beta": coefficients.beta,
            "gamma": coefficients.gamma,
            **known,
            **_realised(full, "full_share", ""),
            **_realised(proxy, "proxy_share", "proxy_"),
            "micro_batch": training.recipe.at_once,
        },
        spec={
            "network": proxy.network.to_json(),
            "recipe": training.recipe.to_json(),
            "data": {"path": training.data_path},
            "seed": seed,
        },
    )


def _asked(row: Row, role: str) -> dict[str, float | None]:
    shares = None if role == BASELINE else row.candidate.shares
    return {
        f"share_{name}": None if shares is None else getattr(shares, name)
        for name in ("depth", "width", "resolution")
    }


def _realised(realised: Realised, share: str, prefix: str) -> dict[str, Any]:
    return {
        **{
            f"{share}_{name}": None if realised.shares is None else getattr(realised.shares, name)
            for name in ("depth", "width", "resolution")
        },
        f"{prefix}repeats": json.dumps(realised.network.repeats)
        if realised.network.repeats
        else f"x{realised.depth:.4g}",
        f"{prefix}width": realised.width,
        f"{prefix}resolution": realised.network.resolution.to_json(),
        f"{prefix}counted_ratio": realised.ratio,
        f"{prefix}macs": realised.cost.macs,
        f"{prefix}params": realised.cost.params,
        f"{prefix}acts": realised.cost.acts,
    }
