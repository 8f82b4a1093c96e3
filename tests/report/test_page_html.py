"""report.html: needs nothing but itself, says the answer, and runs no one else's text."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from scalesearch.core.quantities import prose_quantity
from scalesearch.report import answer_text, page, trials_table
from scalesearch.report.page_parts import About, Part, picture
from tests.report.surfaces import surface_of_answer


class Reader(HTMLParser):
    """Collects tags, attributes, visible text and the data of the figures."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.scripts: dict[str, str] = {}
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._inside = (dict(attrs).get("id") or tag) if tag in ("script", "style") else None

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is None:
            self.text += data
        else:
            self.scripts[self._inside] = self.scripts.get(self._inside, "") + data


@pytest.fixture
def make(tmp_path, make_answer):
    """Write a page of the records and read it back."""

    def make(records: list, facts: dict | None = None, named: bool = True, **changes: Any):
        csv = tmp_path / "trials.csv"
        trials_table.write(csv, records)
        answer = make_answer(records, **changes) if named else None
        surface = surface_of_answer(answer) if answer else None
        frame = trials_table.read(csv)
        page.write(tmp_path / "report.html", frame, answer, facts or {}, surface=surface)
        return _read(tmp_path / "report.html")

    return make


def _read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader


def test_nothing_is_fetched_from_anywhere(make, records):
    reader = make(records)
    assert not {name for _, name, _ in reader.attributes} & {"src", "href", "srcset", "action"}
    assert not set(reader.tags) & {"link", "img", "iframe", "object", "embed", "base"}
    assert "url(" not in reader.scripts["style"]
    assert "@import" not in reader.scripts["style"]
    assert len(reader.scripts["plotly"]) > 1_000_000
    policy = next(value for _, name, value in reader.attributes if "default-src" in value)
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_text_of_names_and_settings_stays_text(make, hostile_records):
    evil = "</script><script>alert(2)</script>"
    reader = make(
        hostile_records,
        facts={evil: evil},
        names=["<script>alert(1)</script>"],
        instead=evil,
        warning=evil,
        rule=evil,
        command=evil,
        baseline=evil,
        settings={evil: {evil: [evil]}},
        versions={evil: evil},
        profile=evil,
    )
    assert reader.tags.count("script") == 3
    assert "img" not in reader.tags
    assert not any(name.startswith("on") for _, name, _ in reader.attributes)
    for name in ("<script>alert(1)</script>", '=HYPERLINK("http://evil.example","x")', evil):
        assert name in reader.text
    for name in ("triangle-figure",):
        assert "<" not in reader.scripts[name]
        for trace in json.loads(reader.scripts[name])["data"]:
            for text in trace.get("text") or ():
                assert not re.search(r"<(?!/?b>|br>)", text)


def test_the_page_tells_what_the_terminal_tells(make, make_answer, records):
    text = make(records).text
    for paragraph in answer_text.answer(make_answer(records)):
        assert paragraph in text


def test_the_answer_is_given_in_words(make, records):
    text = make(records).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "twice the cost of efficientnet_b0" in text
    assert re.search(r"\d points \(.*\) more than the baseline's 74\.2 % \(73\.6 to 74\.8\)", text)
    assert "expected to lie 0.14 points of top-1 below the best split" in text
    assert "beats depth alone with 99 %, width alone with 97 %" in text
    assert "20 candidates (90 % of them above the baseline)" in text
    assert "803 M MACs (2.00 times the baseline's)" in text
    assert "scalesearch grid --phi 1 --profile quick" in text
    assert "recipe.batch_size" in text
    assert "killed by signal 9" in text


def test_short_proxies_are_warned_of_and_a_point_that_stands_in_is_explained(make, records):
    text = make(records, warning="The proxies are too short.", instead="The best has no room.").text
    assert "The proxies are too short." in text
    assert "The best has no room." in text


def test_a_baseline_that_failed_leaves_the_rest_of_the_answer(make, records):
    changes = dict.fromkeys(("baseline_top1", "gain", "beating_baseline"))
    failed = [
        r | {"state": "failed", "val_top1": None} if r["role"] == "baseline" else r for r in records
    ]
    text = make(failed, **changes).text
    assert "the baseline was not trained to the end" in text
    assert "nan" not in text.lower().split()


def test_the_table_has_a_row_a_network_and_values_to_sort_by(make, records):
    reader = make(records)
    rows = [value for tag, name, value in reader.attributes if (tag, name) == ("tr", "class")]
    of_candidates = ["named", *["candidate"] * 20, "baseline"]
    of_all = sorted(["baseline", *["candidate"] * 20, "groups", "named"])
    assert rows[: len(of_candidates)] == of_candidates
    assert sorted(rows[len(of_candidates) :]) == of_all
    values = [value for _, name, value in reader.attributes if name == "data-value"]
    assert len(values) == 20 * 22
    numbers = [v for at, v in enumerate(values) if at % 20]
    assert all(number == "" or float(number) == float(number) for number in numbers)


def test_a_candidate_has_its_shares_trainings_mean_interval_and_chance(make, make_answer, records):
    best = make_answer(records).candidates[0]
    text = make(records).text.replace("\N{NO-BREAK SPACE}", " ")
    row = next(line for line in text.splitlines() if line.startswith("; ".join(best.names)))
    value = 100 * best.top1_mean
    assert f"{best.trainings}{value:.1f}" in row
    assert f"{value:.1f} % ({value - 0.6:.1f} to {value + 0.6:.1f})" in row
    assert row.endswith("5 %")


def test_accuracy_against_cost_is_drawn_only_where_costs_differ(
    make, records, tmp_path, make_answer
):
    assert "costs-figure" not in make(records).scripts
    csv, answer = tmp_path / "trials.csv", make_answer(records)
    for surface in (surface_of_answer(answer, points=False), None):
        page.write(tmp_path / "r.html", trials_table.read(csv), answer, {}, surface=surface)
        assert "costs-figure" in _read(tmp_path / "r.html").scripts


def test_why_there_is_no_surface_is_told(make, records, tmp_path, make_answer):
    make(records)
    frame = trials_table.read(tmp_path / "trials.csv")
    why = "The table has no row of the baseline <b>."
    page.write(tmp_path / "r.html", frame, make_answer(records), {}, no_surface=why)
    assert why in _read(tmp_path / "r.html").text


def test_the_baselines_stages_are_a_table_and_the_candidates_stand_in_theirs_alone(make, records):
    stages = [{"block": "conv", "kernel": 3, "repeats": None}, {"block": "mbconv", "kernel": 5}]
    settings = {"baseline": {"name": "mine", "stages": stages}, "coefficients": [[7.125, 1, 1]]}
    text = make(records, settings=settings).text
    assert "baseline.stagesblockkernelrepeatsconv3nonembconv5none" in text
    assert "7.125" not in text
    assert "{" not in text


def test_every_column_of_the_csv_is_explained(make, records):
    text = make(records).text
    assert all(column.name in text and column.meaning in text for column in trials_table.COLUMNS)


def test_a_study_under_way_has_a_page_too(make, records):
    assert "No split is named yet" in make(records[:9], named=False).text
    failed = [r | {"state": "failed", "val_top1": None} for r in records]
    assert "No trial is complete yet" in make(failed, named=False).text


def test_a_new_picture_is_a_function_and_its_line_in_the_list(make, records, monkeypatch):
    def render_seeds(about: About) -> Part:
        figure = go.Figure(go.Bar(y=list(about.networks["seeds"])))
        return picture("Seeds", "seeds", figure, "Complete trainings of each network.")

    monkeypatch.setattr(page, "PARTS", (*page.PARTS, render_seeds))
    reader = make(records)
    assert json.loads(reader.scripts["seeds-figure"])["data"][0]["type"] == "bar"
    assert ("div", "id", "seeds") in reader.attributes
    assert "Complete trainings of each network." in reader.text
    assert '"costs"' not in reader.scripts["page"]  # the script draws every figure that it finds


def test_the_same_study_gives_the_same_page(make, records, tmp_path):
    make(records)
    first = (tmp_path / "report.html").read_bytes()
    make(records)
    assert (tmp_path / "report.html").read_bytes() == first


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (5_288_548, "5.29 M"), (803_358_000, "803 M"), (999_999, "1.00 M"),
     (37_500_000_000, "37.5 G"), (1_000, "1.00 k")],
)  # fmt: skip
def test_counts_have_three_digits(value, text):
    assert prose_quantity(value).replace("\N{NO-BREAK SPACE}", " ") == text
