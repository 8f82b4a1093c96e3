"""Settings are pinned: a study goes on under its own, or under such as only ask for more."""

import copy
import json

import pytest

from scalesearch.core.study_settings import Settings
from scalesearch.core.tasks import COMPLETE, Outcome
from scalesearch.errors import StudyError
from scalesearch.studies import settings
from scalesearch.studies.settings import with_versions
from scalesearch.studies.study import open_study, read_records
from tests.search.tasks_for_tests import a_task

GRID = {
    "baseline": {"name": "small", "stages": [1, 2]},
    "phi": 1,
    "candidates": ["depth", "width"],
    "coefficients": [[2, 1, 1], [1, 1.41, 1]],
    "recipe": {"epochs": 4, "warmup_epochs": 1, "learning_rate": 0.1},
    "data": {"dataset": "digits", "train": 100, "fingerprint": "ab"},
    "search_seeds": 1,
    "regret": 0.15,
    "trainings": 45,
    "seed": 0,
}
COMPARE = {
    "kind": "compare",
    "costs": [2],
    "recipe": {"epochs": 4},
    "seeds": 2,
    "arms": {"depth x2": {"cell": "a", "network": {"n": 1}}},
}


def changed(settings, **fields):
    """A copy with dotted fields changed, given with __ for a dot."""
    new = copy.deepcopy(settings)
    for field, value in fields.items():
        *parents, last = field.split("__")
        inner = new
        for parent in parents:
            inner = inner[parent]
        inner[last] = value
        if value is None:
            del inner[last]
    return new


def goes_on(folder, before, after):
    """What the second settings add to the first, as a study on disk has it."""
    open_study(folder, before).close()
    study = open_study(folder, after)
    study.close()
    assert json.loads((folder / "settings.json").read_text()) == json.loads(json.dumps(after))
    return study.extended


@pytest.mark.parametrize(
    ("fields", "added"),
    [
        ({}, ()),
        ({"search_seeds": 2}, ("search_seeds 1 -> 2",)),
        ({"regret": 0.1, "trainings": 60}, ("regret 0.15 -> 0.1", "trainings 45 -> 60")),
        ({"regret": 0.2}, ("regret 0.15 -> 0.2",)),
        ({"trainings": 20}, ("trainings 45 -> 20",)),
        ({"trainings": None, "minutes": 5}, ("trainings 45 -> none", "minutes none -> 5")),
        (
            {
                "candidates": ["a", "depth", "width"],
                "coefficients": [[1.2, 1.1, 1.15], [2, 1, 1], [1, 1.41, 1]],
            },
            ("candidates 2 -> 3",),
        ),
        ({"recipe__epochs": 8}, ("epochs 4 -> 8, so all is trained anew",)),
    ],
)
def test_more_seeds_epochs_or_candidates_extend_a_study(tmp_path, fields, added):
    assert goes_on(tmp_path / "s", GRID, changed(GRID, **fields)) == added


def test_more_seeds_costs_or_epochs_extend_a_comparison(tmp_path):
    arms = {**COMPARE["arms"], "depth x4": {"cell": "b", "network": {"n": 2}}}
    more = changed(COMPARE, seeds=4, costs=[2, 4], arms=arms)
    assert goes_on(tmp_path / "s", COMPARE, more) == ("seeds 2 -> 4", "costs 1 -> 2")
    longer = changed(more, recipe__epochs=9)
    longer["arms"]["depth x2"]["cell"] = "its hash by the new epochs"
    assert goes_on(tmp_path / "s", more, longer)[0].startswith("epochs 4 -> 9")


LONG = COMPARE | {"recipe": {"epochs": 12, "warmup_epochs": 2}}
SHORT = COMPARE | {"recipe": {"epochs": 1, "warmup_epochs": 1}}


def test_more_lengths_and_controls_extend_a_comparison(tmp_path):
    both = LONG | {"epochs": [1, 12]}
    assert goes_on(tmp_path / "long", LONG, both) == ("epochs 12 -> 1, 12",)
    assert goes_on(tmp_path / "short", SHORT, both) == ("epochs 1 -> 1, 12",)
    controlled = both | {"controls": True}
    assert goes_on(tmp_path / "long", both, controlled) == ("controls are trained too",)


@pytest.mark.parametrize("asked", [LONG, LONG | {"epochs": [2, 12]}, LONG | {"epochs": [1, 3]}])
def test_fewer_or_other_lengths_are_no_more_of_them(tmp_path, asked):
    open_study(tmp_path / "s", LONG | {"epochs": [1, 12]}).close()
    with pytest.raises(StudyError, match="epochs: study has"):
        open_study(tmp_path / "s", asked)


@pytest.mark.parametrize(
    "fields",
    [
        {"search_seeds": 0},
        {"recipe__epochs": 3},
        {"recipe__learning_rate": 0.2},
        {"recipe__epochs": 8, "recipe__learning_rate": 0.2},
        {"data__fingerprint": "cd"},
        {"data__train": 200},
        {"coefficients": [[2, 1, 1]], "candidates": ["depth"]},
        {"coefficients": [[2, 1, 1], [1.2, 1.1, 1.15]]},
        {"phi": 2},
        {"seed": 1},
        {"baseline__stages": [1, 3]},
        {"search_seeds": "2"},
    ],
)
def test_anything_else_is_refused_with_the_difference_and_changes_nothing(tmp_path, fields):
    open_study(tmp_path / "s", GRID).close()
    before = (tmp_path / "s" / "settings.json").read_bytes()
    with pytest.raises(StudyError, match=r"other settings:\n  \S+: study has .*, asked"):
        open_study(tmp_path / "s", changed(GRID, **fields))
    assert (tmp_path / "s" / "settings.json").read_bytes() == before


def test_other_versions_are_refused_with_the_difference(tmp_path, monkeypatch):
    def of_now():
        return with_versions(Settings.from_json(GRID)).to_json()

    open_study(tmp_path / "s", of_now()).close()
    monkeypatch.setattr(settings, "version", lambda name: "0.0.1")
    with pytest.raises(StudyError, match=r"versions\.tensorflow: study has .*, asked \"0\.0\.1\""):
        open_study(tmp_path / "s", of_now())


def test_other_images_are_refused_whatever_the_settings_say(tmp_path):
    study = open_study(tmp_path / "s", GRID)
    study.pin("images", "ab12", "images")
    study.close()
    again = open_study(tmp_path / "s", GRID)
    again.pin("images", "ab12", "images")
    with pytest.raises(StudyError, match="was made with other images than those"):
        again.pin("images", "cd34", "images")
    again.close()


def complete(top1):
    return Outcome(COMPLETE, top1=top1, loss=1.0, epochs=2, seconds=3.0, images_per_second=9.0)


def test_what_is_planned_no_more_is_kept_and_counts_no_more(tmp_path):
    study = open_study(tmp_path / "s", GRID)
    study.plan([a_task(1).cell])
    for seed in (1, 0):
        study.record(a_task(1, seed), complete(0.5))
    assert [row["seed"] for row in study.records()] == [0, 1]
    study.plan([a_task(2).cell])
    assert study.records() == read_records(tmp_path / "s") == []
    assert len(study.finished()) == 2
    study.close()


def test_a_search_of_an_earlier_rule_goes_on_by_the_present_one(tmp_path):
    earlier = {name: value for name, value in GRID.items() if name not in ("regret", "trainings")}
    earlier |= {"finalists": 3, "final_seeds": 3, "halving": None}
    added = goes_on(tmp_path / "s", earlier, GRID)
    assert added == ("regret none -> 0.15", "trainings none -> 45")


def test_other_coefficients_of_a_comparison_are_no_more_of_them(tmp_path):
    before = COMPARE | {"coefficients": [1.2, 1.1, 1.1]}
    open_study(tmp_path / "s", before).close()
    with pytest.raises(StudyError, match="coefficients: study has"):
        open_study(tmp_path / "s", before | {"coefficients": [1.1, 1.2, 1.1]})
