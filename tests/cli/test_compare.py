"""`compare` and `sweep` from options to files, with a trainer that trains nothing."""

import csv
import json
import re
import shlex
from pathlib import Path
from statistics import fmean

import fake_arms
import pytest
from matplotlib.image import imread
from scipy.stats import t

from scalesearch.config.profiles import read_profile
from scalesearch.config.shipped_files import find_profile, load_network
from scalesearch.report.published_comparisons import published_rows
from scalesearch.studies.settings import read_settings
from tests.places import shared

FAST = "--dataset digits --train 200 --validation 100 --epochs 1"
STUDY = Path("results/compare_efficientnet_b0_quick_digits_x2")
ARM = {
    "arm", "method", "cost", "depth", "width", "resolution", "macs", "params", "counted_ratio",
    "proxy_macs", "proxy_counted_ratio", "seeds", "failed", "top1_mean", "top1_std", "top1",
    "compound_less_arm", "low", "high", "degrees", "reason",
}  # fmt: skip
PLAN = {
    "baseline", "costs", "alpha", "beta", "gamma", "source", "profile", "dataset", "seeds",
    "trainings", "training_macs", "proxy_resolution",
}  # fmt: skip


@pytest.fixture
def fake(run):
    """A function that says how the next trainings go; what has been trained is forgotten."""
    fake_arms.TRAINED.clear()

    def use(**how):
        train = fake_arms.trainer(**how)
        run.train_by(train)

    use()
    return use


def test_every_arm_is_trained_on_every_seed_and_set_against_compound(run, fake):
    answer = run(f"compare {FAST} --seeds 3 --json --published")
    assert answer.code == 0, answer.err
    found = answer.json
    assert set(found) >= PLAN | {"study", "interval", "arms", "published", "paths"}
    methods = ["baseline", "depth", "width", "resolution", "compound"]
    assert [arm["method"] for arm in found["arms"]] == methods
    assert len(fake_arms.TRAINED) == len(set(fake_arms.TRAINED)) + 6 == 15  # three arms of 19 px
    compound = found["arms"][-1]
    noise = fmean(arm["top1_std"] ** 2 for arm in found["arms"])  # pooled
    for arm in found["arms"]:
        assert set(arm) >= ARM
        assert arm["seeds"] == len(arm["top1"]) == 3
        if arm["method"] == "baseline":
            assert arm["counted_ratio"] == arm["proxy_counted_ratio"] == 1
        else:
            assert abs(arm["counted_ratio"] / 2 - 1) <= 0.05
            assert abs(arm["proxy_counted_ratio"] / 2 - 1) <= 0.05
        if arm["method"] != "compound":
            assert arm["compound_less_arm"] == pytest.approx(
                compound["top1_mean"] - arm["top1_mean"]
            )
            reach = t.ppf(0.975, 10) * (noise * 2 / 3) ** 0.5
            middle = arm["compound_less_arm"]
            assert (arm["low"], arm["high"]) == pytest.approx((middle - reach, middle + reach))
    assert compound["compound_less_arm"] is compound["low"] is None


@pytest.mark.parametrize("results", ["results", "other place"])
def test_the_next_command_as_typed_looks_into_this_very_comparison(run, fake, results):
    answer = run(f"compare {FAST} --seeds 1 --study mine --results '{results}'")
    program, *words = shlex.split(answer.out.splitlines()[-1].removeprefix("Next: "))
    assert program == "scalesearch"
    assert run(shlex.join(words)).code == 0
    assert (Path(results) / "mine" / "cam.png").exists()


def test_the_study_holds_table_picture_and_every_trainings_weights(run, fake):
    assert run(f"compare {FAST} --seeds 2").code == 0
    with open(STUDY / "compare.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5
    assert [len(json.loads(row["top1"])) for row in rows] == [2] * 5
    assert imread(STUDY / "compare.png").shape[1] == 1950
    arms = read_settings(STUDY)["arms"]
    names = {f"{arm['cell']}_seed{seed}.npz" for arm in arms.values() for seed in (0, 1)}
    assert {path.name for path in (STUDY / "weights").iterdir()} == names


def test_the_same_command_trains_nothing_again_and_says_the_same(run, fake):
    first = run(f"compare {FAST} --seeds 2 --json").json
    trained = len(fake_arms.TRAINED)
    assert run(f"compare {FAST} --seeds 2 --json").json == first
    assert len(fake_arms.TRAINED) == trained


def test_an_interrupted_comparison_is_continued_by_the_same_command(run, fake):
    whole = run(f"compare {FAST} --seeds 2 --json --results whole").json["arms"]
    fake_arms.TRAINED.clear()
    fake(stop_after=4)
    answer = run(f"compare {FAST} --seeds 2")
    assert answer.code == 130
    assert "4 trainings are done" in answer.err
    assert not (STUDY / "compare.csv").exists()
    fake()
    assert run(f"compare {FAST} --seeds 2 --json").json["arms"] == whole
    assert len(fake_arms.TRAINED) == len(set(fake_arms.TRAINED)) + 4 == 10


def test_other_settings_are_refused_and_the_study_is_left_as_it_was(run, fake):
    run(f"compare {FAST} --seeds 2 --study mine")
    before = (Path("results/mine") / "compare.csv").read_bytes()
    answer = run(f"compare {FAST} --seeds 2 --seed 3 --study mine")
    assert answer.code == 2
    assert "seed: study has 0, asked 3" in answer.err
    assert (Path("results/mine") / "compare.csv").read_bytes() == before


def test_an_arm_that_fails_is_said_and_the_others_are_compared(run, fake):
    fake(fail=lambda network: network.resolution.longer == 28)
    answer = run(f"compare {FAST} --seeds 2")
    assert answer.code == 0
    assert "Warning: 2 trainings of resolution x2 failed: ValueError: out of memory." in answer.out
    assert (STUDY / "compare.png").exists()


def test_where_every_training_fails_there_is_one_message(run, fake):
    fake(fail=lambda network: True)
    answer = run(f"compare {FAST} --seeds 2")
    assert answer.code == 2
    assert "6 of 10 trainings failed" in answer.err
    assert "(6 times): ValueError: out of memory" in answer.err
    assert not (STUDY / "compare.csv").exists()


def test_several_costs_are_lines_of_one_picture(run, fake):
    found = run(f"compare {FAST} --seeds 2 --cost 3,2 --json").json
    assert found["costs"] == [2, 3]
    assert [arm["cost"] for arm in found["arms"]] == [1] + [2] * 4 + [3] * 4
    assert found["study"].endswith("_x2-3")


def test_a_target_of_macs_is_met_by_every_full_size_arm(run):
    found = run("compare --dry-run --json --target-macs 771M").json
    assert found["costs"] == [pytest.approx(771_000_000 / 385_825_092)]
    assert all(abs(arm["full"]["macs"] / 7.71e8 - 1) <= 0.05 for arm in found["arms"][1:])
    assert list(Path().iterdir()) == []


def _profile_at(resolution, canvas=64):
    """A profile as quick, with proxies of another resolution."""
    text = find_profile("quick").read_text(encoding="utf-8")
    text = re.sub("^resolution: .*$", f"resolution: {resolution}", text, flags=re.MULTILINE)
    text = re.sub("^canvas: .*$", f"canvas: {canvas}", text, flags=re.MULTILINE)
    Path("mine.yaml").write_text(text, encoding="utf-8")
    return "mine.yaml"


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50"])
@pytest.mark.parametrize("costs", ["4", "2,4"])
@pytest.mark.parametrize("own", [20, 21])
def test_where_proxies_alone_miss_they_are_made_at_a_resolution_where_none_does(
    run, name, costs, own
):
    line = f"compare --dry-run --baseline {name} --cost {costs} --profile {_profile_at(own)}"
    found = run(f"{line} --json").json
    for arm in found["arms"]:
        assert abs(arm["proxy"]["counted_ratio"] / arm["cost"] - 1) <= 0.05
    pixels = found["proxy_resolution"]
    assert found["arms"][0]["proxy"]["resolution"] == pixels
    said = f"Proxies are made at {pixels} px, not the profile's {own}, so that every arm meets its "
    assert (said in run(line).out) == (pixels != own)


def test_proxies_keep_the_profiles_resolution_where_every_arm_fits(run):
    own = read_profile("quick").resolution.to_json()
    assert run("compare --dry-run --json --cost 2").json["proxy_resolution"] == own
    assert "Proxies are made" not in run("compare --dry-run --cost 2").out


def test_a_study_of_moved_proxies_is_pinned_to_their_resolution_and_canvas(run, fake):
    line = f"compare --train 200 --validation 100 --profile {_profile_at(21, 20)} --seeds 1"
    found = run(f"{line} --study mine --json")
    settings = read_settings(Path("results/mine"))
    networks = [arm["network"] for arm in settings["arms"].values()]
    assert found.json["proxy_resolution"] == settings["proxy"]["resolution"] == 20
    assert networks[0]["resolution"] == 20
    assert settings["data"]["canvas"] == max(each["resolution"] for each in networks) > 20
    assert run(f"{line} --study mine --json").out == found.out


def test_coefficients_are_found_given_or_published(run, fake):
    given = run("compare --dry-run --json --coefficients 1.3,1.1,1.1").json
    assert (given["source"], given["alpha"]) == ("options", 1.3)
    assert run("compare --dry-run --json").json["source"] == "paper"
    (Path("results") / "mine").mkdir(parents=True)
    (Path("results") / "mine" / "coefficients.yaml").write_text(
        "baseline: efficientnet_b0\nalpha: 1.1\nbeta: 1.2\ngamma: 1.1\nphi: 1\nstudy: mine\n"
        "created: '2026-01-01T00:00:00+00:00'\n",
        encoding="utf-8",
    )
    for option in ("", "--coefficients found", "--coefficients mine"):
        found = run(f"compare --dry-run --json {option}").json
        assert (found["source"], found["beta"]) == ("study", 1.2)
    assert run("compare --dry-run --json --coefficients paper").json["beta"] == 1.1


def test_published_macs_and_our_count_stand_side_by_side(run, fake):
    found = run("compare --dry-run --json --published").json["published"]
    assert [row["arm"] for row in found] == ["baseline", "depth", "width", "resolution", "compound"]
    depth = found[1]
    assert depth["printed_macs"] == 1.8e9
    assert depth["counted_macs"] == pytest.approx(1.58e9, rel=0.005)  # as recounted by hand
    assert depth["difference"] == pytest.approx(depth["counted_macs"] / 1.8e9 - 1)
    assert run("compare --dry-run --json").json["published"] is None
    row = "1.80 G   1.58 G     -12.5 %"
    planned = run("compare --dry-run --published").out
    assert row in planned
    assert "proxy's" not in planned.partition("published ")[2]  # their gains are not known yet
    assert row not in run("compare --dry-run").out
    text = run(f"compare {FAST} --seeds 2 --published").out
    assert row in text
    assert "gain of our proxy" in text
    assert (STUDY / "published.csv").exists()


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50"])
def test_the_shipped_rows_are_the_references(name):
    tables = shared("reference")
    known = [
        row
        for table in ("table3_scaling.csv", "table7_cam_models.csv")
        for row in csv.DictReader((tables / table).open(encoding="utf-8", newline=""))
        if row["baseline"] == name
    ]
    rows = published_rows(load_network(name))
    assert [(row.arm, row.top1_percent) for row in rows] == [
        (row["arm"], float(row["top1_percent"])) for row in known
    ]
    for row, printed in zip(rows, known, strict=True):
        assert row.printed_macs == pytest.approx(float(printed["macs_billions"]) * 1e9)
        assert (row.counted_macs is None) == (printed["depth"] == "")


def test_a_sweep_has_a_line_a_dimension_and_shares_the_baseline(run, fake):
    found = run(f"sweep {FAST} --seeds 2 --depth 2 --width 1.5,2 --json").json
    assert found["lines"] == ["depth", "width"]
    assert [(row["line"], row["factor"]) for row in found["points"]] == [
        ("depth", 1), ("depth", 2), ("width", 1), ("width", 1.5), ("width", 2),
    ]  # fmt: skip
    assert len(fake_arms.TRAINED) == 4 * 2  # the baseline once for both lines
    assert found["points"][0]["top1"] == found["points"][2]["top1"]
    study = Path("results/sweep_efficientnet_b0_quick_digits")
    with open(study / "sweep.csv", newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 5
    assert imread(study / "sweep.png").shape[:2] == (930, 1500)
    assert not (study / "weights").exists()


def test_a_sweep_by_pairs_has_a_line_a_pair(run, fake):
    found = run(f"sweep {FAST} --seeds 1 --pair 1,1 --pair 2,1.3 --width 1.5 --json").json
    assert found["lines"] == ["d=1, r=1", "d=2, r=1.3"]
    assert all(row["dimension"] == "width" for row in found["points"])
    assert found["trainings"] == 4
    assert found["points"][0]["top1_std"] is None


def test_dry_runs_write_nothing(run):
    for line in ("compare --dry-run", "sweep --dry-run", "sweep --dry-run --json --pair 2,2"):
        assert run(line).code == 0
    assert list(Path().iterdir()) == []


def test_settings_are_plain_json_and_name_what_they_are(run, fake):
    run(f"compare {FAST} --seeds 1")
    settings = json.loads((STUDY / "settings.json").read_text(encoding="utf-8"))
    assert settings["kind"] == "compare"
    assert settings["classes"] == [str(digit) for digit in range(10)]
