"""What the trainings of a comparison say, by the model of `search.contrasts`."""

import math
import statistics
from collections.abc import Iterator, Sequence

from scalesearch.core.arms import BASELINE, COMPOUND, SINGLE, Arm
from scalesearch.core.pairs import Pair
from scalesearch.experiments.comparison_models import Models, Place
from scalesearch.report.comparison_findings import (
    BestRate,
    Findings,
    Information,
    Length,
    Slope,
)
from scalesearch.search.contrasts import combined

HALF_A_POINT = 0.005
METHODS = (*SINGLE, COMPOUND)


def findings_of(main: Models, every: Models, arms: Sequence[Pair[Arm]]) -> Findings:
    """All that is told beside the arms, by the models without controls and those with them."""
    costs = tuple(dict.fromkeys(arm.asked.cost for arm in arms if arm.asked.method != BASELINE))
    pixels = {
        arm.asked.cost: arm.proxy.network.resolution.to_json()
        for arm in arms
        if arm.asked.method == "resolution"
    }
    lengths = tuple(
        Length(
            epochs,
            model.trainings,
            model.noise,
            model.degrees,
            model.seeds.are_blocks,
            model.seeds.p,
            model.seeds.spread,
            model.seeds_to_prove(HALF_A_POINT),
        )
        for epochs, model in main.models.items()
    )
    return Findings(
        lengths,
        tuple(each for cost in costs for each in _slopes(main, cost)),
        tuple(
            each
            for epochs in every.lengths
            for cost in costs
            for each in _best_rates(every, cost, epochs)
        ),
        tuple(
            each
            for epochs in every.lengths
            for cost in costs
            for each in _information(every, cost, epochs, pixels[cost])
        ),
    )


def _slopes(models: Models, cost: float) -> Iterator[Slope]:
    """The slope of each method against the mean of the others; none for a single length."""
    if len(models.lengths) < 2:
        return
    logs = [math.log2(epochs) for epochs in models.lengths]
    middle = statistics.fmean(logs)
    squares = sum((log - middle) ** 2 for log in logs)
    for method in METHODS:
        parts = []
        for epochs, log in zip(models.lengths, logs, strict=True):
            places = {each: models.main(each, cost, epochs) for each in METHODS}
            at = (log - middle) / squares
            weights: dict[int, float] = {}
            for each, place in places.items():
                if place is None:
                    return
                share = at if each == method else -at / (len(METHODS) - 1)
                weights[place.number] = weights.get(place.number, 0.0) + share
            parts.append((models.models[epochs], weights))
        found = combined(parts)
        if found is not None:
            ends = models.lengths[0], models.lengths[-1]
            yield Slope(method, cost, *ends, found.mean, found.low, found.high, found.degrees)


def _best_rates(models: Models, cost: float, epochs: int) -> Iterator[BestRate]:
    """The best rate of each method; of equally good ones the nearest to the recipe's."""
    best: dict[str, tuple[float, bool, Place]] = {}
    for method in METHODS:
        rates = models.rates(method, cost, epochs)
        if len(rates) < 2:
            continue
        rate, place = max(
            rates.items(), key=lambda each: (each[1].mean or 0.0, -abs(math.log2(each[0])))
        )
        best[method] = rate, rate in (min(rates), max(rates)), place
    for method, (rate, edge, place) in best.items():
        apart = None
        if method != COMPOUND and COMPOUND in best:
            apart = best[COMPOUND][2].less(place)
        yield BestRate(
            method,
            cost,
            epochs,
            rate,
            edge,
            place.mean or 0.0,
            apart.mean if apart else None,
            apart.low if apart else None,
            apart.high if apart else None,
            place.model.seeds_to_prove(apart.mean) if apart else None,
        )


def _information(
    models: Models, cost: float, epochs: int, pixels: int | str
) -> Iterator[Information]:
    with_it, found = models.main("resolution", cost, epochs), models.informed(cost, epochs)
    if with_it is None or found is None:
        return
    without, treatment = found
    apart = with_it.less(without)
    if apart is None or with_it.mean is None or without.mean is None:
        return
    assert treatment.informed is not None
    yield Information(
        cost,
        epochs,
        pixels,
        treatment.informed.to_json(),
        with_it.mean,
        without.mean,
        apart.mean,
        apart.low,
        apart.high,
        with_it.model.seeds_to_prove(apart.mean),
    )
