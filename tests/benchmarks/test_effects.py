"""What is made of rows of trainings: effects, noise, balance; each on planted values."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from scalesearch.core import multipliers
from tests.benchmarks import (
    balance,
    corners,
    effects,
    geometry,
    pixel_sizes,
    recipe_noise,
    recipes,
    response_surface,
)
from tests.benchmarks.tagged_rows import Tagged

from .test_trainings_benchmark import JOB, Outcome, Score, outcome


def test_least_squares_are_the_textbooks() -> None:
    """Anscombe's first set (1973): 3.0001 + 0.5001 x, standard errors 1.1247 and 0.1179."""
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    fit = effects.least_squares({"one": [1] * 11, "slope": x}, y)
    assert fit.values == pytest.approx([3.0001, 0.5001], abs=1e-4)
    slope = fit.effects["slope"]
    reach = float(stats.t.ppf(0.975, 9)) * 0.1179
    assert (slope.low, slope.high) == pytest.approx((0.5001 - reach, 0.5001 + reach), abs=1e-3)
    with pytest.raises(ValueError, match="do not tell"):
        effects.least_squares({"one": [1] * 11, "two": [2] * 11}, y)


def test_what_is_believed_small_is_held_near_0_and_ignorance_changes_nothing() -> None:
    """The oracle is a Gaussian posterior with the noise that the fit itself found."""
    rng = np.random.default_rng(0)
    design = rng.normal(size=(12, 3))
    values = design @ (5.0, 1.0, 2.0) + rng.normal(0, 1, 12)
    columns = {"a": design[:, 0], "b": design[:, 1], "c": design[:, 2]}
    free = effects.least_squares(columns, values)
    vague = effects.least_squares(columns, values, {"b": 1e6})
    assert vague.values == pytest.approx(free.values, abs=1e-6)
    assert vague.residual == pytest.approx(free.residual, rel=1e-6)
    held = effects.least_squares(columns, values, {"b": 0.1, "c": 0.1})
    precision = design.T @ design / held.residual**2 + np.diag([0, 100.0, 100.0])
    assert held.covariance == pytest.approx(np.linalg.inv(precision), rel=1e-6)
    assert held.values == pytest.approx(
        np.linalg.solve(precision, design.T @ values / held.residual**2), rel=1e-6
    )
    assert abs(held.effects["b"].value) < abs(free.effects["b"].value)
    assert 9 < held.freedom < 11


def test_the_interval_of_a_spread_is_the_textbooks() -> None:
    """A sample variance of 0.8 with 9 degrees of freedom: 0.378 to 2.666 by the tables."""
    found = effects.spread_of(7.2, 9)
    assert [each**2 for each in (found.value, found.low, found.high)] == pytest.approx(
        [0.8, 0.378, 2.666], abs=1e-3
    )


def test_intervals_of_spreads_hold_as_often_as_they_say() -> None:
    rng = np.random.default_rng(0)
    found = [effects.spread_of(*effects.within(rng.normal(0, 2, (5, 3)))) for _ in range(2000)]
    assert np.mean([each.low <= 2 <= each.high for each in found]) == pytest.approx(0.95, abs=0.015)


def test_what_a_seed_does_to_all_networks_is_not_noise_between_them() -> None:
    rng = np.random.default_rng(0)
    table = rng.normal(0, 1, (200, 5)) + rng.normal(0, 3, 5) + rng.normal(0, 2, (200, 1))
    squares, freedom = effects.beside_blocks(table)
    assert math.sqrt(squares / freedom) == pytest.approx(1, rel=0.05)
    assert effects.within(table)[1] == 800
    beside = math.sqrt(squares / freedom)
    assert effects.between(table.tolist(), beside) == pytest.approx(2, rel=0.1)


def sized(pixels: int, seed: int, top1: float) -> Outcome:
    return outcome(replace(JOB, resolution=pixels, seed=seed), top1)


def test_planted_effects_of_odd_pixels_are_found_beside_the_trend_and_the_seeds() -> None:
    rng = np.random.default_rng(0)
    tagged = Tagged(
        "pixels8",
        tuple(
            sized(
                pixels,
                seed,
                50 + 6 * math.log2(pixels / 26) - 0.8 * (pixels % 2) + seed + rng.normal(0, 0.05),
            )
            for pixels in range(20, 33)
            for seed in (0, 1)
        ),
    )
    rows = {row["what"]: row for row in geometry.effect_rows(tagged)}
    odd = rows["odd pixels"]
    assert odd["points"] == pytest.approx(-0.8, abs=0.06)
    assert odd["low"] < -0.8 < odd["high"]
    assert odd["stride"] == 8
    pairs = {row["sizes"]: row["above_both_neighbours"] for row in geometry.pair_rows(tagged)}
    assert pairs["other odd sizes"] == pytest.approx(-0.8, abs=0.1)
    assert pairs["multiples of 8"] == pytest.approx(0.8, abs=0.15)


def test_the_last_map_is_larger_than_the_picture_where_pixels_do_not_fit() -> None:
    assert pixel_sizes.misfit(24, 8) == 0
    assert pixel_sizes.misfit(25, 8) == pytest.approx(math.log2(32 / 25))
    assert pixel_sizes.stride_of([outcome()]) == 8


def recipe_rows(spread: float, epochs: int, seconds: float) -> list[Outcome]:
    """Four networks two points apart, three seeds, with that much noise."""
    rng = np.random.default_rng(1)
    found = []
    for network in range(4):
        for seed in range(3):
            recipe = replace(JOB.recipe, epochs=epochs)
            job = replace(JOB, width=1 + network / 10, seed=seed, recipe=recipe, tag="recipe")
            value = 50 + 2 * network + rng.normal(0, spread)
            scores = {"0.99-4096": Score(value, value, 1.0)}
            found.append(replace(outcome(job), scores=scores, train_seconds=seconds))
    return found


def test_of_two_recipes_the_one_with_less_noise_a_second_tells_networks_apart_sooner() -> None:
    tagged = Tagged("recipe", (*recipe_rows(0.3, 6, 50), *recipe_rows(1.5, 3, 40)))
    long, short = recipe_noise.recipes_of(tagged)
    assert (long.name, short.name) == ("epochs 6", "epochs 3")
    rows = {
        (row["recipe"], row["validated_on"]): row for row in recipe_noise.noise_rows([long, short])
    }
    quiet, loud = rows[long.name, 10_000], rows[short.name, 10_000]
    assert quiet["noise_low"] < 0.3 < quiet["noise_high"]
    assert loud["noise"] == pytest.approx(5 * quiet["noise"], abs=0.05)
    assert quiet["seconds_to_tell"] < loud["seconds_to_tell"]
    # 12 trainings of each took 12 * 90 s: by their work the longer ones took two thirds of it.
    assert (quiet["seconds"], loud["seconds"]) == (60, 30)
    assert quiet["tau"] == 1
    assert recipes.best_of([quiet, loud]) == recipes.best_of([loud, quiet])


def test_seconds_to_tell_are_those_of_two_standard_errors() -> None:
    """8 trainings of each: the error of a difference is 2 sqrt(2 / 8) = 1, and 2 of it are 2."""
    assert recipe_noise.seconds_to_tell(noise=2.0, apart=2.0, seconds=1.0) == 2 * 8


def planted(slopes: tuple[float, float, float], bend: float) -> Tagged:
    found = []
    for blocks in (7, 9, 12, 15):
        for pixels in (16, 22, 28):
            for width in (0.8, 1.1, 1.5):
                job = replace(
                    JOB,
                    repeats=multipliers.spread(blocks, JOB.repeats),
                    width=width,
                    resolution=pixels,
                    tag="balance",
                )
                at = response_surface.place(outcome(job)) - response_surface.place(outcome())
                found.append(outcome(job, 50 + float(np.dot(slopes, at) - bend * (at @ at))))
    return Tagged("balance", tuple(found))


def test_a_planted_surface_gives_back_its_gradients() -> None:
    tagged = planted((1.0, 2.0, 4.0), 0.5)
    surface = response_surface.surface_of(tagged.outcomes)
    slopes = surface.gradients(response_surface.place(outcome()))
    assert [slope.value for slope in slopes] == pytest.approx([1, 2, 4], abs=1e-3)


def test_a_proxy_that_is_starved_of_pixels_is_told_from_a_balanced_one() -> None:
    """With a common bend and slopes that are alike the best split is in thirds."""
    tagged = planted((3.0, 3.0, 3.0), 0.5)
    surface = response_surface.surface_of(tagged.outcomes)
    at = response_surface.place(outcome())
    shares = response_surface.triangle()
    gains = surface.doubled(at, shares, surface.values[None])[0]
    assert shares[gains.argmax()] == pytest.approx([1 / 3] * 3, abs=0.05)
    # Each corner: 3 - 0.5; thirds: 3 - 0.5 / 3.
    assert gains.max() - gains[:3] == pytest.approx([1 / 3] * 3, abs=0.01)
    starved = response_surface.surface_of(planted((3.0, 3.0, 6.0), 0.5).outcomes)
    gains = starved.doubled(at, shares, starved.values[None])[0]
    assert shares[gains.argmax()].tolist() == [0, 0, 1]


def test_networks_of_one_budget_are_told_beside_each_other() -> None:
    jobs = [
        replace(JOB, width=width, seed=seed, tag="corners") for width in (1, 2) for seed in (0, 1)
    ]
    tagged = Tagged("corners", tuple(outcome(job, 50 + job.width + job.seed) for job in jobs))
    told = [(row["width"], row["top1"], row["trainings"]) for row in corners.corner_rows(tagged)]
    assert told == [(2, 52.5, 2), (1, 51.5, 2)]


def test_baselines_are_of_one_cost_and_the_most_balanced_stands_first() -> None:
    tagged = planted((3.0, 3.0, 3.0), 0.5)
    surface = response_surface.surface_of(tagged.outcomes)
    rows = balance.baseline_rows(tagged, surface)
    assert len(rows) > 3
    assert [row["least_below"] for row in rows] == sorted(
        (row["least_below"] for row in rows), reverse=True
    )
