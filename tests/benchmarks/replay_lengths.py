"""What trainings of several lengths say of each other: agreement, and where they disagree."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .agreement import kendall_tau
from .effects import Effect, jackknife, least_squares
from .replay_bench import Bench

CONTRASTS = {
    "depth": (1.0, -0.5),
    "width": (-0.5, -0.5),
    "resolution": (-0.5, 1.0),
}
"""Of the coefficients of the depth's and the resolution's share (both against width): one dimension
against the mean of the two others."""


def tau_rows(bench: Bench) -> Iterator[dict[str, Any]]:
    """Kendall's tau between the networks' means at each two lengths, and within one length.

    Within a length it is between the means of every second seed and of the others: what seeds alone
    leave of an agreement.
    """
    lengths = bench.lengths
    for place, short in enumerate(lengths):
        seeds = bench.seeds(short)
        if len(seeds) > 1:
            halves = [bench.means(short, seeds[part::2]) for part in (0, 1)]
            yield _tau_row(
                f"{short} and {short}, other seeds", halves[0], halves[1], len(seeds) / 2
            )
        for long in lengths[place + 1 :]:
            means = [bench.means(each, bench.seeds(each)) for each in (short, long)]
            yield _tau_row(f"{short} and {long}", means[0], means[1], len(seeds))


def _tau_row(what: str, a: np.ndarray, b: np.ndarray, seeds: float) -> dict[str, Any]:
    tau = tau_of(a, b)
    return {
        "epochs": what,
        "tau": round(tau.value, 2),
        "low": round(max(-1.0, tau.low), 2),
        "high": round(min(1.0, tau.high), 2),
        "networks": len(a),
        "seeds_of_the_first": seeds,
    }


def tau_of(a: np.ndarray, b: np.ndarray) -> Effect:
    """Kendall's tau-b with an interval by leaving out one network at a time."""
    parts = [kendall_tau(np.delete(a, at), np.delete(b, at)) for at in range(len(a))]
    return jackknife(parts, kendall_tau(a, b))


def slope_rows(bench: Bench, mixtures: np.ndarray) -> Iterator[dict[str, Any]]:
    """How much longer trainings favour a dimension, in points for a whole share of it.

    `mixtures` (networks, 3). A linear fit of the difference of the networks' means at two lengths.
    """
    for place, short in enumerate(bench.lengths):
        for long in bench.lengths[place + 1 :]:
            means = [bench.means(each, bench.seeds(each)) for each in (short, long)]
            difference = means[1] - means[0]
            fit = least_squares(
                {
                    "one": np.ones(len(mixtures)).tolist(),
                    "depth": (mixtures[:, 0] - 1 / 3).tolist(),
                    "resolution": (mixtures[:, 2] - 1 / 3).tolist(),
                },
                difference.tolist(),
            )
            for name, contrast in CONTRASTS.items():
                yield {
                    "epochs": f"{short} to {long}",
                    "favours": name,
                    **_slope(fit.values[1:], fit.covariance[1:, 1:], contrast, fit.freedom),
                    "left_by_the_fit": round(fit.residual, 2),
                }


def _slope(
    values: np.ndarray, covariance: np.ndarray, contrast: Sequence[float], freedom: float
) -> dict[str, float]:
    from scipy import stats

    by = np.asarray(contrast)
    value = float(by @ values)
    reach = float(stats.t.ppf(0.975, freedom)) * math.sqrt(float(by @ covariance @ by))
    return {
        "points_a_share": round(value, 2),
        "low": round(value - reach, 2),
        "high": round(value + reach, 2),
    }


def ranking_rows(bench: Bench) -> Iterator[dict[str, Any]]:
    """How well the figures of one training rank networks: tau with the means of the longest ones.

    Averaged over seeds; where the training is one of the longest itself, with the other seeds.
    """
    longest = bench.lengths[-1]
    held_out = bench.seeds(longest)
    for epochs in bench.lengths:
        taus: dict[str, list[float]] = {}
        for seed in bench.seeds(epochs):
            others = [s for s in held_out if epochs != longest or s != seed]
            if not others:
                continue
            reference = bench.means(longest, others)
            of = [bench.trainings[cell, epochs][seed] for cell in bench.networks]
            measures = {
                "accuracy": [each.top1 for each in of],
                "validation_loss": [-each.loss for each in of],
                "training_loss_second_quarter": [-float(np.mean(each.losses[4:8])) for each in of],
                "training_loss_third_quarter": [-float(np.mean(each.losses[8:12])) for each in of],
                "training_loss_last_quarter": [-float(np.mean(each.losses[12:])) for each in of],
            }
            for name, values in measures.items():
                taus.setdefault(name, []).append(kendall_tau(values, reference.tolist()))
        if taus:
            yield {
                "epochs": epochs,
                **{name: round(float(np.mean(each)), 2) for name, each in taus.items()},
                "seeds": len(next(iter(taus.values()))),
            }
