"""Rectangular tables, profiles and options from the command line, as a user meets them."""

import json
from pathlib import Path

import fake_arms
import pytest

from scalesearch.config.network_files import read_network
from scalesearch.config.profiles import read_profile
from scalesearch.config.shipped_files import find_network, find_profile
from scalesearch.core.cost import cost
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution
from scalesearch.report import trials_table

RULE = "must be whole pixels a side, or HEIGHTxWIDTH such as 224x160, each from 1 to 16,384. Got "
FAST = "--dataset digits --train 200 --validation 100 --epochs 1"


@pytest.fixture(autouse=True)
def table(folder: Path) -> None:
    text = find_network("efficientnet_b0").read_text(encoding="utf-8")
    text = text.replace("resolution: 224", "resolution: 224x160").replace(
        "name: efficientnet_b0", "name: oblong"
    )
    Path("oblong.yaml").write_text(text)


def profile(resolution: str) -> str:
    """A copy of `quick` with that resolution; its name."""
    text = find_profile("quick").read_text(encoding="utf-8")
    own = f"resolution: {read_profile('quick').resolution}"
    assert own in text
    Path("mine.yaml").write_text(text.replace(own, f"resolution: {resolution}"))
    return "mine.yaml"


def test_cost_counts_the_same_from_a_table_and_an_option(run) -> None:
    from_table = run("cost oblong.yaml --json").json
    by_option = run("cost efficientnet_b0 --resolution 224x160 --json").json
    assert from_table["resolution"] == by_option["resolution"] == "224x160"
    for name in ("macs", "params", "acts"):
        assert from_table[name] == by_option[name]
    sides = [stage["resolution"] for stage in from_table["stages"]]
    assert sides == [
        "112x80", "112x80", "56x40", "28x20", "14x10", "14x10", "7x5", "7x5", "7x5", 1,
    ]  # fmt: skip
    assert "224x160 px" in run("cost oblong.yaml").out
    assert run("cost oblong.yaml --resolution 224x224 --json").json["resolution"] == 224


@pytest.mark.parametrize(
    "given",
    ["0x160", "224x", "x160", "224x160x3", "-1x5", "1e3x5", "20000x5", "5x20000", "224*160", "0",
     "2.5", "16385", "224x160px", "nan", "9" * 5000],
)  # fmt: skip
def test_what_is_no_resolution_is_refused_by_one_rule(run, given: str) -> None:
    answer = run(f"cost efficientnet_b0 --resolution={given}")
    assert answer.code == 2
    assert RULE in answer.err
    assert answer.err.strip().splitlines()[-1].startswith("Error: Invalid value for '--resolution'")
    text = Path("oblong.yaml").read_text()
    Path("bad.yaml").write_text(text.replace("resolution: 224x160", f"resolution: {given}"))
    answer = run("cost bad.yaml")
    assert answer.code == 2
    assert f"bad.yaml, line 5: `resolution` {RULE}" in answer.err
    answer = run(f"grid --phi 1 --dry-run --profile {profile(given)}")
    assert answer.code == 2
    assert f"`resolution` {RULE}" in answer.err


def test_both_sides_scale_by_gamma_and_what_is_written_is_a_baseline(run) -> None:
    told = run(
        "scale --baseline oblong.yaml --phi 1 --alpha 1.2 --beta 1.1 --gamma 1.15 --out big.yaml "
        "--json"
    ).json
    assert told["resolution"] == "258x184"
    network = read_network("big.yaml")
    assert network.resolution == Resolution(258, 184)
    assert cost(network).macs == told["macs"] == run("cost big.yaml --json").json["macs"]
    assert "resolution: 258x184\n" in Path("big.yaml").read_text()
    again = run(
        "scale --baseline big.yaml --phi 1 --alpha 1.2 --beta 1.1 --gamma 1.15 --out bigger.yaml"
    )
    assert "258x184 -> 297x212 px" in again.out


def sizes(run, words: str) -> tuple[Resolution, list[Resolution]]:
    """The reference's proxy and the candidates' proxies of a dry run."""
    plan = run(f"grid --phi 1 --dry-run --json {words}").json
    return (
        Resolution.of(plan["reference"]["proxy"]["resolution"]),
        [Resolution.of(row["proxy"]["resolution"]) for row in plan["rows"]],
    )


def test_a_dry_run_keeps_the_tables_shape_at_full_size_and_as_proxies(run) -> None:
    plan = run("grid --phi 1 --dry-run --json --baseline oblong.yaml").json
    baseline = plan["reference"]["macs"]
    assert plan["reference"]["resolution"] == "224x160"
    for row in plan["rows"]:
        size = Resolution.of(row["resolution"])
        assert size == Resolution(224, 160).with_longer(size.height)
        assert row["counted_ratio"] == row["macs"] / baseline
    longer = read_profile("quick").resolution.longer
    reference, proxies = sizes(run, "--baseline oblong.yaml")
    assert reference == Resolution(224, 160).with_longer(longer)
    assert all(size == reference.with_longer(size.height) for size in proxies)


def test_a_profile_that_is_no_square_gives_every_baseline_its_shape(run) -> None:
    for baseline in ("efficientnet_b0", "oblong.yaml"):
        reference, proxies = sizes(run, f"--baseline {baseline} --profile {profile('34x48')}")
        assert reference == Resolution(34, 48)
        assert all(size == reference.with_longer(size.width) for size in proxies)
    reference, _ = sizes(run, f"--profile {profile('34x34')}")
    assert reference == Resolution.square(34)


def test_a_square_plan_says_what_it_said_before_there_were_rectangles(run) -> None:
    plan = run("grid --phi 1 --dry-run --json").json
    assert all(type(row["resolution"]) is int for row in plan["rows"])
    assert all(type(row["proxy"]["resolution"]) is int for row in plan["rows"])
    assert run("compare --dry-run --json").json["proxy_resolution"] == 20


def test_compare_and_sweep_show_both_sides(run) -> None:
    found = run("compare --dry-run --json --baseline oblong.yaml").json
    longer = Resolution.of(found["proxy_resolution"]).longer
    assert Resolution.of(found["proxy_resolution"]) == Resolution(224, 160).with_longer(longer)
    arms = {arm["arm"]: arm for arm in found["arms"]}
    assert arms["baseline"]["full"]["resolution"] == "224x160"
    assert arms["depth x2"]["full"]["resolution"] == "224x160"
    assert arms["resolution x2"]["full"]["resolution"] == "313x224"
    assert "313x224" in run("compare --dry-run --baseline oblong.yaml").out
    assert "x" in run("sweep --dry-run --baseline oblong.yaml --resolution 1.3").out.split("px")[1]


@pytest.fixture
def fake(run) -> None:
    run.train_by(fake_arms.trainer())


def test_a_study_of_rectangles_is_written_reported_and_scaled_by(run, fake) -> None:
    study = f"grid {FAST} --baseline oblong.yaml --grid simplex --step 1 --study mine"
    answer = run(study)
    assert answer.code == 0, answer.err
    frame = trials_table.read("results/mine/trials.csv")
    assert set(frame.loc[frame["role"] == "baseline", "resolution"]) == {"224x160"}
    settings = json.loads(Path("results/mine/settings.json").read_text())
    assert TableNetwork.from_json(settings["baseline"]).resolution == Resolution(224, 160)
    assert settings["data"]["shape"] == "10x7"
    again = run("report mine --json")
    assert again.code == 0, again.err
    shown = Resolution.of(again.json["coefficients"]["realised"]["resolution"])
    assert f"{shown} px" in run("report mine").out or f"{shown} px" in answer.out
    assert str(shown) in Path("results/mine/report.html").read_text(encoding="utf-8")
    scaled = run("scale --phi 1 --baseline oblong.yaml --study mine --json")
    assert scaled.code == 0, scaled.err
    assert "x" in scaled.json["resolution"]
    refused = run(study.replace("oblong.yaml", "efficientnet_b0"))
    assert refused.code == 2
    assert 'baseline.resolution: study has "224x160", asked 224' in refused.err


def test_a_study_of_squares_has_no_shape_among_its_settings(run, fake) -> None:
    assert run(f"grid {FAST} --grid simplex --step 1 --study mine").code == 0
    settings = json.loads(Path("results/mine/settings.json").read_text())
    assert "shape" not in settings["data"]
    assert settings["baseline"]["resolution"] == 224
    assert trials_table.read("results/mine/trials.csv")["resolution"].dtype == "int64"
