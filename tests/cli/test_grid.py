"""The contract of `grid --dry-run --json`, and the refusals of `grid`."""

import json
from pathlib import Path

import pytest

from scalesearch.core.limits import Ceilings
from scalesearch.experiments.search_study import plan_grid
from scalesearch.studies.settings import differences
from tests.places import ROOT

GOLDEN = json.loads((ROOT / "tests" / "golden" / "enumeration.json").read_text(encoding="utf-8"))
KEYS = {"candidates", "distinct", "distinct_proxies", "refused", "rows"}
NETWORK = {
    "repeats", "width", "resolution", "macs", "params", "acts", "counted_ratio", "realised_shares",
}  # fmt: skip
ROW = NETWORK | {"alpha", "beta", "gamma", "shares", "nominal_ratio", "proxy"}


def test_dry_run_has_the_keys_of_the_contract(run):
    found = run("grid --dry-run --json").json
    assert set(found) >= KEYS
    for row in found["rows"]:
        assert set(row) >= ROW
        assert set(row["proxy"]) >= NETWORK
    assert found["distinct_proxies"] >= 11
    assert "paper" in {row["name"] for row in found["rows"]}


def test_literal_box_has_the_counts_of_the_reference(run):
    found = run("grid --dry-run --json --grid box --step 0.05 --literal").json
    known = GOLDEN["nominal"]
    assert (found["candidates"], found["distinct"]) == (known["candidates"], known["distinct"])
    ratios = [row["counted_ratio"] for row in found["rows"]]
    assert min(ratios) == pytest.approx(known["counted_ratio_min"], abs=1e-4)
    assert max(ratios) == pytest.approx(known["counted_ratio_max"], abs=1e-4)


def test_counted_box_has_the_counts_of_the_reference(run):
    found = run("grid --dry-run --json --grid box --step 0.05 --literal --constraint counted").json
    known = GOLDEN["counted"]
    assert (found["candidates"], found["distinct"]) == (known["candidates"], known["distinct"])


def test_simplex_is_realised_at_equal_cost(run):
    found = run("grid --dry-run --json --grid simplex --step 0.125").json
    assert (found["candidates"], found["refused"]) == (45, 0)
    for row in found["rows"]:
        assert abs(row["counted_ratio"] / 2 - 1) <= 0.03
        away = [abs(row["shares"][d] - row["realised_shares"][d]) for d in row["shares"]]
        assert max(away) <= 0.12


def test_shipped_proxies_realise_their_own_grid_at_equal_cost(run):
    """Proxies of 7 blocks and 20 px move in large steps: 13 blocks at most, and 20, 24 or 28 px."""
    rows = run("grid --dry-run --json").json["rows"]
    for row in rows:
        assert abs(row["proxy"]["counted_ratio"] / 2 - 1) <= 0.02
        asked, got = row["shares"], row["proxy"]["realised_shares"]
        assert max(abs(asked[d] - got[d]) for d in asked) <= 0.28


@pytest.mark.parametrize("name", ["mobilenet_v1", "mobilenet_v2", "resnet50"])
def test_the_other_baselines_have_a_plan_too(run, name):
    """Their proxies under the default profile may be refused some points, not all or most."""
    found = run("grid --dry-run --json --profile quick --baseline", name).json
    assert {row["name"] for row in found["rows"]} >= {"depth alone", "paper"}
    assert found["refused"] <= 4
    assert found["distinct_proxies"] >= 8


def test_how_nearly_shares_are_realised_is_said(run):
    found = run("grid --dry-run --json").json["rows"]
    text = run("grid --dry-run").out

    def worst(of):
        return max(
            abs(row["shares"][name] - of(row)["realised_shares"][name])
            for row in found
            for name in row["shares"]
        )

    full, proxy = worst(lambda row: row), worst(lambda row: row["proxy"])
    assert f"within {full:.2f} of the asked ones at full size, within {proxy:.2f} as" in text


def test_coefficients_of_another_budget_are_told_to_count_by_their_shares_alone(run):
    said = "ask for 3125 times the cost by the formula: at equal cost only their shares count"
    assert said in run("grid --dry-run --include 5,5,5").out
    assert "only their shares count" not in run("grid --dry-run --include 1.2,1.1,1.15").out


def test_candidates_beyond_a_limit_are_listed_as_refused_with_the_figure(run):
    free = run("grid --dry-run --json").json
    found = run("grid --dry-run --json --max-params 8.9M --max-acts 11.7M").json
    assert [row["name"] for row in found["rows"]] == [row["name"] for row in free["rows"]]
    beyond = [row for row in found["rows"] if row["params"] > 8_900_000 or row["acts"] > 11_700_000]
    assert 0 < found["refused"] == len(beyond) < found["candidates"]
    for row in found["rows"]:
        assert bool(row["refused"]) == (row in beyond)
        if row["params"] > 8_900_000:
            assert (
                f"{row['params'] / 1e6:.3g} M params, more than --max-params 8.9 M"
                in (row["refused"])
            )
        elif row in beyond:
            assert "acts, more than --max-acts 11.7 M" in row["refused"]
    listed = run("grid --dry-run --max-params 8.9M").out
    assert "Refused: depth alone: full-size network: 10.1 M params, more than" in listed


def test_a_limit_is_pinned_by_what_it_leaves_out_and_by_nothing_else(folder):
    free = json.loads(json.dumps(_settings(Ceilings())))
    assert not differences(free, _settings(Ceilings(params=100_000_000, acts=10**12)))
    limited = _settings(Ceilings(params=8_900_000))
    assert limited == _settings(Ceilings(params=8_900_001))
    changed = {difference.field for difference in differences(free, limited)}
    assert changed == {"candidates", "coefficients"}
    assert set(limited["candidates"]) < set(free["candidates"])


def _settings(ceilings: Ceilings) -> dict:
    plan = plan_grid(
        dataset="digits",
        train=100,
        validation=50,
        epochs=1,
        max_params=ceilings.params,
        max_acts=ceilings.acts,
    )
    return plan.settings.to_json()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--max-params 7X", "'--max-params': must be a count from 1 to 1e18"),
        ("--max-acts 0", "Got '0'"),
        ("--max-params 1M", "10.1 M params, more than --max-params 1 M"),
        ("--references imagenets", "must be imagenet. Got 'imagenets' (nearest: imagenet)"),
        ("--phi nan", "finite"),
        ("--train 20", "`train` must be at least the profile's batch size, 32. Got 20 images"),
        ("--grid box --step 0.001", "at most 1,000,000 points before any is left out. Got 251,"),
        ("--tolerance 0.2", "Option --tolerance is for --grid box. Got 0.2"),
        ("--constraint counted", "Option --constraint is for --grid box. Got counted"),
        ("--study '' --dry-run", "must be a plain name"),
        ("--study .hidden --dry-run", "must be a plain name"),
        ("--study 'a b\n' --dry-run", "must be a plain name"),
        ("--dataset '' --dry-run", "dataset"),
        ("--phi inf", "finite"),
        ("--phi 0", "above 0"),
        ("--phi -1", "above 0"),
        ("--include 0.9,1.1,1.2", "at least 1"),
        ("--include 1.2,1.1", "three numbers"),
        ("--grid box --alpha 0.5:2", "1 <= LOW"),
        ("--grid box --beta 0.9:1.2", "1 <= LOW"),
        ("--grid box --gamma 1.5:1.2", "1 <= LOW"),
        ("--grid box --gamma inf:inf", "finite"),
        ("--alpha 1:2", "--grid box"),
        ("--phi 9", "at most 8"),
        ("--step 0", "at least 0.01"),
        ("--constraint real", "nominal or counted"),
        ("--epochs 0", "greater than or equal to 1"),
        ("--grid box --tolerance 0.0000001 --step 0.3", "empty"),
        ("--grid circle", "simplex or box"),
        ("--step 0.3", "divide 1"),
        ("--baseline efficientnet_b9", "efficientnet_b0"),
        ("--profile quik", "quick"),
        ("--dataset digit", "digits"),
        ("--dataset cifar10 --data-dir .", "cifar10"),
        ("--dataset folder:nowhere", "nowhere"),
        ("--study ../elsewhere", "plain name"),
    ],
)
def test_bad_input_is_refused_with_one_message_and_nothing_written(run, options, said):
    found = run(f"grid {options}")
    assert found.code == 2
    assert said in found.err
    assert found.err.count("Error: ") == 1
    assert "Traceback" not in found.err
    assert found.out == ""
    assert list(Path().iterdir()) == []


def test_a_folder_with_one_class_or_a_broken_image_is_refused(run):
    from PIL import Image

    for name in ("cats", "dogs"):
        (Path("photos") / name).mkdir(parents=True)
    for index in range(40):
        Image.new("RGB", (24, 24), (index, 9, 9)).save(Path("photos/cats") / f"{index}.png")
    found = run("grid --dataset folder:photos")
    assert (found.code, "Traceback" in found.err) == (2, False)
    for index in range(40):
        Image.new("RGB", (24, 24), (9, index, 9)).save(Path("photos/dogs") / f"{index}.png")
    Path("photos/dogs/1.png").write_bytes(b"no image")
    found = run("grid --dataset folder:photos")
    assert found.code == 2
    assert "1.png" in found.err
    assert not Path("results").exists()


def test_results_that_cannot_be_written_are_refused(run):
    Path("taken").write_text("a file", encoding="utf-8")
    found = run("grid --results taken")
    assert found.code == 2
    assert "taken" in found.err


def test_a_study_made_with_other_settings_is_refused_and_left_as_it_was(run):
    study = Path("results/mine")
    study.mkdir(parents=True)
    settings = '{"phi": 2.0, "seed": 0}'
    (study / "settings.json").write_text(settings, encoding="utf-8")
    found = run("grid --study mine")
    assert found.code == 2
    assert "phi: study has 2.0, asked 1" in found.err
    assert "Give another --study name" in found.err
    assert [path.name for path in study.iterdir()] == ["settings.json"]
    assert (study / "settings.json").read_text(encoding="utf-8") == settings
