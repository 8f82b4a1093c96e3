"""Searches replayed on tables with a planted truth."""

import numpy as np
import pytest

from scalesearch.core.tasks import Key
from scalesearch.search import search_rounds
from scalesearch.search.judgement import fit_of, judge_by
from scalesearch.search.naming_rule import Naming
from tests.benchmarks import (
    former_rule,
    replay,
    replay_cuts,
    replay_searches,
    replay_tries,
)
from tests.benchmarks.replay_bench import Bench, Row, Training, World

BEST = np.array([0.2, 0.3, 0.5])
BEND = 3.0


def height(q: np.ndarray) -> float:
    """A bowl turned over: highest at BEST, 2.9 points lower at depth alone."""
    return 60.0 - BEND * float(np.square(q - BEST).sum())


def planted(
    noise: float = 0.1,
    seeds: tuple[int, ...] = (6, 4, 2),
    turn: float = 0.0,
    steep: float = 1.0,
) -> Bench:
    """The triangle in quarters at 3, 12 and 30 epochs; short ones favour width by `turn`."""
    rng = np.random.default_rng(5)
    columns = {"base": of_network("baseline", np.zeros(3))}
    trainings: dict[tuple[str, int], dict[int, Training]] = {}
    for d in range(5):
        for w in range(5 - d):
            q = np.array([d, w, 4 - d - w]) / 4
            columns[f"d{d} w{w}"] = of_network("candidate", q)
    for epochs, count in zip((3, 12, 30), seeds, strict=True):
        for cell, of in columns.items():
            q = np.array([of[f"proxy_share_{name}"] for name in ("depth", "width", "resolution")])
            value = 60 - steep * (60 - height(q)) if cell != "base" else 40.0
            value += turn * q[1] * (epochs == 3)
            trainings[cell, epochs] = {
                seed: Training(
                    top1 := value + rng.normal(0, noise),
                    tuple(3 - top1 / 50 - part / 20 for part in range(16)),
                    2 - top1 / 100,
                )
                for seed in range(count)
            }
    return Bench(columns, trainings)


def of_network(role: str, q: np.ndarray) -> dict[str, object]:
    d, w, r = 2 ** q[0], 2 ** (q[1] / 2), 2 ** (q[2] / 2)
    shares = {
        f"proxy_share_{name}": float(share)
        for name, share in zip(("depth", "width", "resolution"), q, strict=True)
    }
    cost = 1.0 if role == "baseline" else 2.0
    return {
        "names": role, "role": role, "proxy_repeats": f"x{d:.10g}", "proxy_width": float(w),
        "proxy_resolution": round(1000 * r), "proxy_counted_ratio": cost,
        "proxy_macs": 1e6 * cost, "macs": 8e8, "params": 5e6, **shares,
    }  # fmt: skip


def test_a_world_deals_the_tables_seeds_in_another_order_the_same_for_all() -> None:
    bench = planted()
    worlds = [World(bench, 12, bench.seeds(12), run) for run in range(8)]
    orders = set()
    for world in worlds:
        dealt = [
            [world.training(cell, number).top1 for number in range(4)] for cell in bench.networks
        ]
        of = [[t.top1 for t in bench.trainings[cell, 12].values()] for cell in bench.networks]
        order = [of[0].index(value) for value in dealt[0]]
        assert sorted(order) == [0, 1, 2, 3]
        assert dealt == [[values[place] for place in order] for values in of]
        assert world.drawn == 0
        orders.add(tuple(order))
    assert len(orders) > 1


def test_a_training_that_the_table_does_not_have_is_drawn_around_the_mean() -> None:
    bench = planted(noise=1.0)
    world = World(bench, 30, [0, 1], 0)
    drawn = np.array([world.training("d1 w1", number).top1 for number in range(2, 2002)])
    mean = np.mean([bench.trainings["d1 w1", 30][seed].top1 for seed in (0, 1)])
    assert world.drawn == 2000
    assert world.training("d1 w1", 2).top1 == drawn[0]
    assert drawn.mean() == pytest.approx(mean, abs=0.1)
    assert drawn.std() == pytest.approx(np.std(bench.residuals(30)), rel=0.05)
    assert bench.residuals(3).std() == pytest.approx(1.0, rel=0.2)


def test_only_lengths_that_every_network_has_are_there() -> None:
    bench = planted()
    some = {key: of for key, of in bench.trainings.items() if key != ("d1 w1", 30)}
    assert Bench(bench.columns, some).lengths == [3, 12]
    few = {**bench.trainings, ("d1 w1", 3): {0: bench.trainings["d1 w1", 3][0]}}
    assert Bench(bench.columns, few).seeds(3) == [0]


def test_the_truth_is_best_where_the_surface_is_and_tells_regret_there() -> None:
    bench = planted(noise=0.02)
    truth = replay_tries.truth_of(bench, 30, bench.seeds(30))
    assert truth.regret(BEST) == pytest.approx(0, abs=0.1)
    assert truth.regret(np.array([1.0, 0, 0])) == pytest.approx(BEND * 0.98, rel=0.3)
    order = {cell: height_of(bench, cell) for cell in bench.networks}
    assert truth.tau(order) > 0.85
    assert truth.tau({cell: -value for cell, value in order.items()}) < -0.85


def height_of(bench: Bench, cell: str) -> float:
    of = bench.columns[cell]
    return height(np.array([of[f"proxy_share_{n}"] for n in ("depth", "width", "resolution")]))


@pytest.mark.parametrize("name", list(replay_searches.SEARCHES))
def test_every_search_finds_a_plain_best_point_and_counts_what_it_spends(name: str) -> None:
    bench = planted()
    truth = replay_tries.truth_of(bench, 30, bench.seeds(30))
    states = list(replay_searches.SEARCHES[name](World(bench, 12, bench.seeds(12), 0)))
    spent = [found.trainings for found in states]
    assert spent == sorted(spent)
    assert spent[-1] <= 90
    assert truth.regret(states[-1].mixture) < (1.0 if name.startswith("as before") else 0.2)
    # A training of a candidate for one epoch costs 1, of the baseline a half.
    assert states[-1].cost <= 12 * spent[-1]
    assert truth.tau(states[-1].ranking) > 0.8


def test_the_replays_rounds_are_those_of_a_search() -> None:
    bench = planted(noise=1.0)
    world = World(bench, 3, bench.seeds(3), 0)
    states = list(replay_searches.by_knowledge_gradient(world))
    naming = Naming(0.15)
    spending = search_rounds.Spending((0,), 0.0, 46)
    rounds: list[tuple[Key, ...]] = []
    rows: dict[Key, Row] = {}
    judge, told = judge_by(naming), []
    cells = ["base", *bench.networks]
    while keys := search_rounds.next_round(cells, "base", rounds, rows, spending, judge):
        rounds.append(keys)
        rows |= {(c, s): bench.row(c, s, world.training(c, s).top1) for c, s in keys}
        told.append((len(rows), fit_of(list(rows.values()), naming).optimum.expected_regret))
    assert told == [(state.trainings, state.told) for state in states][: len(told)]
    assert len(told) == 7


def test_what_is_surely_not_the_best_by_its_losses_is_cut_and_costs_a_half() -> None:
    bench = planted(steep=4.0)
    cut = replay_cuts.cut_at_half(World(bench, 12, bench.seeds(12), 0))
    assert "d4 w0" in cut
    assert not {"d1 w1", "d0 w1", "d0 w2"} & cut
    whole, halves = (
        next(search(World(bench, 12, bench.seeds(12), 0)))
        for search in (replay_searches.by_knowledge_gradient, replay_searches.with_cuts)
    )
    assert whole.trainings == 16
    assert halves.trainings == 16 - len(cut) / 2
    assert halves.cost == whole.cost - 6 * len(cut)
    assert set(whole.ranking) - set(halves.ranking) == cut


def test_a_search_of_the_longest_length_is_held_against_other_seeds() -> None:
    parts = replay_tries.parts_of(planted(seeds=(6, 4, 4)), 30)
    assert [seeds for seeds, _ in parts] == [[0, 2], [1, 3]]
    [(seeds, _)] = replay_tries.parts_of(planted(), 12)
    assert seeds == [0, 1, 2, 3]
    assert replay_tries.parts_of(planted(seeds=(6, 4, 1)), 30) == []


def test_rows_have_a_state_a_mark_and_aims_are_read_from_them() -> None:
    bench = planted(seeds=(6, 4, 2))
    search = replay_searches.by_knowledge_gradient
    rows = list(replay_tries.search_rows(bench, 12, "knowledge gradient", search, runs=1))
    assert [row["until"] for row in rows] == [
        "21 trainings", "30 trainings", "45 trainings", "60 trainings", "90 trainings",
        "regret 0.15",
    ]  # fmt: skip
    assert rows[0]["trainings"] == 21
    # 15 networks, 12 epochs, and one baseline or two, of 15 x 30 x 2.
    assert rows[0]["cost_percent"] == pytest.approx(100 * 12 * (19.0 + 1.0) / 900, abs=1)
    slope = {"epochs": "3 to 30", "favours": "depth", "points_a_share": 1.5, "low": 1, "high": 2}
    aims = {row["measure"]: row for row in replay.aims(rows, (), [slope])}
    assert aims["tau of a search of 12 epochs, 45 trainings"]["reached"] == "yes"
    assert aims["regret at 10 % of the exhaustive cost or less"]["reached"] == "no"
    assert aims["slope of depth, 3 to 30 epochs"]["measured"] == "+1.50 (+1.00 to +2.00)"
    short = [{**row, "epochs": 3, "cost_percent": row["cost_percent"] / 4} for row in rows]
    aims = {row["measure"]: row for row in replay.aims(short)}
    assert [of for of in aims if of.startswith("mean regret: 3 epochs")]
    assert aims["tau of a search of 3 epochs, 45 trainings"]["reached"] == ""


def test_the_rule_of_before_smooths_what_is_linear_to_itself_and_names_the_cheapest_tied() -> None:
    bench = planted()
    shares = {cell: bench.columns[cell] for cell in bench.networks}
    rows = [
        bench.row(cell, 0, 40 + 3 * of["proxy_share_depth"] - of["proxy_share_width"])
        for cell, of in shares.items()
    ]
    smoothed = former_rule.smoothed_by_cell(rows)
    assert [smoothed[row["cell"]] for row in rows] == pytest.approx([r["val_top1"] for r in rows])
    assert former_rule.finalists(smoothed)[0] == "d4 w0"
    final = [
        {"cell": cell, "val_top1": value, "macs": macs}
        for cell, macs, values in (("a", 100, (0.5, 0.52)), ("b", 80, (0.49, 0.51)))
        for value in values
    ]
    assert former_rule.named(final) == "b"
