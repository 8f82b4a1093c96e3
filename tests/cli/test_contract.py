"""Calls and keys that others build on: names may be added, never lost or changed in meaning."""

from pathlib import Path

import pytest

from scalesearch.config.network_files import read_network
from scalesearch.core.cost import cost


def test_cost_of_multipliers(run) -> None:
    answer = run("cost efficientnet_b0 --depth 1.2 --width 1.1 --resolution 258 --json").json
    assert answer["resolution"] == 258
    assert answer["macs"] / 385_825_092 == pytest.approx(2.5728, abs=5e-5)
    assert {"params", "acts", "name", "depth", "width", "repeats", "counted_ratio"} <= set(answer)
    assert answer["repeats"] == [2, 3, 3, 4, 4, 5, 2]


def test_cost_of_a_published_network(run) -> None:
    answer = run("cost efficientnet_b0 --official b4 --json").json
    assert answer["resolution"] == 380
    assert (answer["macs"], answer["params"], answer["acts"]) == (
        4_393_801_064,
        19_341_616,
        49_489_032,
    )


def test_cost_has_stages_that_sum_to_the_whole(run) -> None:
    answer = run("cost efficientnet_b0 --json").json
    keys = {"block", "kernel", "stride", "channels", "repeats", "resolution"}
    keys |= {"macs", "params", "acts"}
    assert all(keys <= set(stage) for stage in answer["stages"])
    for name in ("macs", "params", "acts"):
        assert sum(stage[name] for stage in answer["stages"]) == answer[name]
    assert [stage["resolution"] for stage in answer["stages"][:3]] == [112, 112, 56]


@pytest.mark.parametrize(
    ("name", "macs"),
    [("mobilenet_v1", 568_741_352), ("mobilenet_v2", 300_775_272), ("resnet50", 4_089_185_256)],
)
def test_the_other_baselines_answer_by_their_names(run, name: str, macs: int) -> None:
    counted = run("cost", name, "--json").json
    assert counted["macs"] == macs
    assert sum(stage["acts"] for stage in counted["stages"]) == counted["acts"]
    scaled = run("scale", "--baseline", name, "--phi", "2", "--json").json
    assert scaled["path"] == f"configs/scaled/{name}_phi2.yaml"
    network = read_network(scaled["path"])
    assert cost(network)._asdict() == {part: scaled[part] for part in ("macs", "params", "acts")}


def test_stages_of_a_resnet_say_what_a_pool_passes_on(run) -> None:
    stem, pool, first, *_ = run("cost resnet50 --json").json["stages"]
    assert (stem["channels"], pool["channels"], first["channels"]) == (64, 64, 256)
    assert (pool["block"], pool["macs"], pool["params"]) == ("max_pool", 0, 0)
    assert (first["inner"], first["stride_first"]) == (0.25, False)


def test_scale_of_one_phi_is_one_object(run) -> None:
    answer = run("scale --phi 3 --json").json
    keys = {"phi", "alpha", "beta", "gamma", "depth", "width", "resolution", "dropout"}
    assert keys | {"macs", "params", "acts", "counted_ratio", "path"} <= set(answer)
    assert {"nominal_ratio", "name", "repeats", "source", "stages"} <= set(answer)
    assert (answer["phi"], answer["alpha"], answer["beta"], answer["gamma"]) == (3, 1.2, 1.1, 1.15)
    assert answer["depth"] == pytest.approx(1.728)
    assert answer["width"] == pytest.approx(1.331)
    assert answer["resolution"] == 341
    assert answer["dropout"] == 0.3
    assert answer["path"] == "configs/scaled/efficientnet_b0_phi3.yaml"
    network = read_network(answer["path"])
    assert cost(network)._asdict() == {name: answer[name] for name in ("macs", "params", "acts")}
    assert answer["counted_ratio"] == answer["macs"] / 385_825_092


def test_scale_of_several_phi_is_a_list(run) -> None:
    answer = run("scale --phi 3 --phi 0.5 --phi -1 --phi 3 --json").json
    assert [each["phi"] for each in answer["networks"]] == [3, 0.5, -1]
    assert all(Path(each["path"]).is_file() for each in answer["networks"])


def test_family_is_phi_1_to_7(run) -> None:
    answer = run("scale --family --json").json
    assert [each["phi"] for each in answer["networks"]] == [1, 2, 3, 4, 5, 6, 7]
    dropouts = [each["dropout"] for each in answer["networks"]]
    assert dropouts == [0.2, 0.3, 0.3, 0.4, 0.4, 0.5, 0.5]


@pytest.mark.parametrize(("name", "macs"), [("b3", 1_827_162_472), ("B7", 37_745_958_392)])
def test_official_is_the_published_table(run, name: str, macs: int) -> None:
    answer = run("scale", "--official", name, "--json").json
    assert answer["macs"] == macs
    assert answer["phi"] is answer["alpha"] is None
    assert answer["source"] == "official"
    assert answer["path"] == f"configs/scaled/efficientnet_{name.lower()}.yaml"


def test_equal_cost_spends_the_budget_as_counted(run) -> None:
    answer = run("scale --phi 2 --equal-cost --json").json
    assert answer["counted_ratio"] == pytest.approx(4, rel=0.01)
    assert answer["path"].endswith("_phi2_equal_cost.yaml")


@pytest.mark.parametrize(
    ("option", "figure", "count"),
    [("--target-macs 1.8G", "macs", 1_800_000_000), ("--target-params 12m", "params", 12_000_000),
     ("--target-acts 20000000", "acts", 20_000_000), ("--target-macs 150M", "macs", 150_000_000)],
)  # fmt: skip
def test_a_target_is_solved_and_its_miss_told(run, option: str, figure: str, count: int) -> None:
    answer = run(f"scale {option} --json").json
    assert answer["target"] == {figure: count}
    assert answer["miss"] == pytest.approx(answer[figure] / count - 1)
    assert abs(answer["miss"]) < 0.08
    again = run("scale", "--phi", repr(answer["phi"]), "--json").json
    assert (again["macs"], again["path"]) == (answer["macs"], answer["path"])
    assert (again["target"], again["miss"]) == (None, None)


def test_a_target_of_macs_at_equal_cost_is_nearly_met(run) -> None:
    for count in ("150M", "800M", "1.8G", "4.2G", "19G"):
        assert abs(run(f"scale --target-macs {count} --equal-cost --json").json["miss"]) < 0.01


def test_a_strategy_is_named_and_so_is_its_file(run) -> None:
    answer = run("scale --phi 2 --strategy dWr --json").json
    assert (answer["source"], answer["strategy"], answer["study"]) == ("strategy", "dWr", None)
    assert answer["path"] == "configs/scaled/efficientnet_b0_dWr_phi2.yaml"
    assert answer["nominal_ratio"] == pytest.approx(4)
    assert run("scale --phi 2 --json").json["strategy"] is None


def test_explain_sets_the_published_network_beside_the_formulas(run) -> None:
    answer = run("scale --official b3 --explain --json").json
    explained = answer["explain"]
    assert set(explained) >= {"alpha", "beta", "gamma", "implied_phi", "formula", "nearest"}
    assert set(explained["implied_phi"]) == {"depth", "width", "resolution"}
    for name, phi in (("formula", 3), ("nearest", explained["nearest"]["phi"])):
        alone = run("scale", "--phi", str(phi), "--json").json
        assert explained[name]["phi"] == phi
        assert explained[name]["macs"] == alone["macs"]
    assert run("scale --official b3 --json").json["explain"] is None


def test_the_undershoot_of_scaling_down_is_told_at_negative_phi_alone(run) -> None:
    down = run("scale --phi -1 --json").json
    assert down["undershoot"] == pytest.approx(down["counted_ratio"] - down["nominal_ratio"])
    assert down["undershoot"] > 0.2
    equal = run("scale --phi -1 --equal-cost --json").json
    assert equal["undershoot"] == down["undershoot"]
    assert run("scale --phi 1 --json").json["undershoot"] is None


def test_the_module_and_its_version_answer_in_a_fresh_process(fresh) -> None:
    assert fresh("--version").out.startswith("scalesearch 0.")
    answer = fresh("scale", "--phi", "3", "--json")
    assert answer.code == 0
    assert answer.err == ""
    assert answer.json["resolution"] == 341


def test_scale_loads_nothing_heavy(fresh) -> None:
    code = """
import sys
from scalesearch.cli.app import main
sys.argv = ["scalesearch", "scale", "--phi", "3"]
try:
    main()
finally:
    heavy = "tensorflow keras pandas optuna numpy sklearn scipy matplotlib plotly rich click"
    loaded = sorted(set(heavy.split()) & {name.split(".")[0] for name in sys.modules})
    print("LOADED", loaded)
"""
    answer = fresh(python=("-c", code))
    assert answer.out.splitlines()[-1] == "LOADED []"
