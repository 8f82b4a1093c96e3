"""trials.csv: what is written comes back, and what is broken is named."""

import csv
import math
import statistics
from pathlib import Path

import pandas as pd
import pytest

from scalesearch.errors import ScaleSearchError, StudyError
from scalesearch.report import trials_table
from scalesearch.report.trial_columns import COLUMNS

NOTE = """
names role alpha beta gamma share_depth share_width share_resolution
full_share_depth full_share_width full_share_resolution repeats width resolution
nominal_ratio counted_ratio macs params acts
proxy_share_depth proxy_share_width proxy_share_resolution proxy_repeats proxy_width
proxy_resolution proxy_counted_ratio proxy_macs proxy_params proxy_acts micro_batch
stage seed state val_top1 val_loss epochs seconds images_per_second peak_memory
weights reason cell
"""


def _saved(folder: Path, records: list) -> Path:
    trials_table.write(folder / "trials.csv", records)
    return folder / "trials.csv"


def _spoil(path: Path, column: str, value: str) -> None:
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    rows[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], restval="")
        writer.writeheader()
        writer.writerows(rows)


def test_the_columns_are_the_agreed_ones_and_each_is_explained():
    assert [column.name for column in COLUMNS] == NOTE.split()
    assert all(column.unit and len(column.meaning) > 8 for column in COLUMNS)


def test_every_value_comes_back_as_it_was(tmp_path, hostile_records):
    frame = trials_table.read(_saved(tmp_path, hostile_records))
    assert len(frame) == len(hostile_records)
    for record, row in zip(hostile_records, frame.to_dict("records"), strict=True):
        for column in COLUMNS:
            before, after = record[column.name], row[column.name]
            if column.kind is str:
                assert after == " ".join(before.splitlines())
            elif before is None:
                assert pd.isna(after)
            else:
                assert after == pytest.approx(before, abs=0.51 * 10**-column.digits)


def test_columns_are_typed_also_where_a_hash_looks_like_a_number(tmp_path, records):
    cells = ["0000000000000012", "12e4567890123456", "1234567890123456", "nan", "inf"]
    rows = [records[0] | {"cell": cell, "names": "NA"} for cell in cells]
    path = _saved(tmp_path, rows)
    assert list(pd.read_csv(path)["cell"]) == [f"cell:{cell}" for cell in cells]
    frame = trials_table.read(path)
    assert list(frame["cell"]) == cells
    assert set(frame["names"]) == {"NA"}
    assert str(frame["macs"].dtype) == "int64"
    assert str(frame["epochs"].dtype) == "float64"
    assert str(frame["val_top1"].dtype) == "float64"


def test_blocks_are_a_list_that_no_spreadsheet_takes_for_a_date(tmp_path, records):
    path = _saved(tmp_path, [records[0] | {"repeats": "[2, 3]"}])
    row = next(csv.DictReader(path.open(encoding="utf-8")))
    assert row["repeats"] == "[2, 3]"
    assert row["weights"] == f"sha256:{records[0]['weights']}"


def test_a_table_of_before_is_read_as_it_was(tmp_path, records):
    """Cells and hashes stood bare, and blocks were joined by a hyphen."""
    path = _saved(tmp_path, records[:1])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("cell:", "").replace("sha256:", "").replace("'1-2-", "1-2-"))
    assert trials_table.read(path).equals(trials_table.read(_saved(tmp_path, records[:1])))


def test_a_training_that_an_earlier_version_cut_short_is_read_and_counts_for_nothing(
    tmp_path, records
):
    path = _saved(tmp_path, records)
    _spoil(path, "state", "pruned")
    _spoil(path, "rungs", "at 0.125: 0.25")
    frame = trials_table.read(path)
    assert frame["state"][0] == "pruned"
    cell = frame["cell"][0]
    seeds = trials_table.summary(frame).set_index("cell")["seeds"]
    assert seeds[cell] == sum(record["cell"] == cell for record in records) - 1


def test_resolutions_are_numbers_of_squares_and_texts_where_one_is_none(tmp_path, records):
    path = _saved(tmp_path, records)
    assert str(trials_table.read(path)["resolution"].dtype) == "int64"
    records = [record | {"resolution": "258x184"} for record in records[:2]] + records[2:]
    frame = trials_table.read(_saved(tmp_path, records))
    expected = ["258x184", "258x184", *(str(record["resolution"]) for record in records[2:])]
    assert list(frame["resolution"]) == expected
    assert str(frame["proxy_resolution"].dtype) == "int64"
    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["resolution"] == "258x184"
    assert len(trials_table.summary(frame)) > 0
    with pytest.raises(ValueError, match="`resolution` must be whole pixels a side"):
        _saved(tmp_path, [records[0] | {"resolution": 0}])


def test_an_empty_study_is_a_header_and_reads_as_no_rows(tmp_path):
    frame = trials_table.read(_saved(tmp_path, []))
    assert len(frame) == 0
    assert list(frame.columns) == NOTE.split()
    assert len(trials_table.summary(frame)) == 0


def test_accuracy_is_a_fraction_with_at_least_four_digits_and_floats_have_fixed_width(
    tmp_path, records
):
    row = next(csv.DictReader(_saved(tmp_path, records[:1]).open(encoding="utf-8")))
    assert len(row["val_top1"].split(".")[1]) >= 4
    assert 0 <= float(row["val_top1"]) <= 1
    assert row["seconds"] == "9.88"
    assert "e" not in row["alpha"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-9", "@x", "'=1", "'", "''x"])
def test_no_text_cell_can_run_as_a_formula_and_all_are_restored(tmp_path, records, text):
    path = _saved(tmp_path, [records[0] | {"names": text, "reason": text}])
    row = next(csv.DictReader(path.open(encoding="utf-8")))
    assert row["names"][0] == row["reason"][0] == "'"
    frame = trials_table.read(path)
    assert frame["names"][0] == frame["reason"][0] == text


def test_negative_numbers_stay_numbers(tmp_path, records):
    path = _saved(tmp_path, [records[0] | {"share_width": -0.0213}])
    assert next(csv.DictReader(path.open(encoding="utf-8")))["share_width"] == "-0.0213"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"trials\.csv.*scalesearch grid"):
        trials_table.read(tmp_path / "trials.csv")


def test_a_missing_column_is_named_with_its_file(tmp_path, records):
    path = _saved(tmp_path, records)
    path.write_text(path.read_text().replace("counted_ratio", "counted", 1))
    with pytest.raises(ScaleSearchError, match=r"trials\.csv lacks the column counted_ratio"):
        trials_table.read(path)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("macs", "many", "whole number"),
        ("macs", "1.5", "whole number"),
        ("alpha", "", "number"),
        ("state", "done", "complete or failed"),
        ("role", "", "baseline or candidate"),
        ("resolution", "258x", "HEIGHTxWIDTH such as 224x160"),
        ("proxy_resolution", "", "whole pixels a side"),
    ],
)
def test_a_malformed_cell_is_named_with_its_line(tmp_path, records, column, value, rule):
    path = _saved(tmp_path, records)
    _spoil(path, column, value)
    with pytest.raises(StudyError, match=rf"line 2: `{column}` must be .*{rule}"):
        trials_table.read(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00bad", b"\x00\x00", b"hello\n"])
def test_a_file_that_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "trials.csv"
    path.write_bytes(content)
    with pytest.raises(StudyError, match=r"trials\.csv"):
        trials_table.read(path)


def test_a_torn_last_line_is_refused(tmp_path, records):
    path = _saved(tmp_path, records)
    path.write_text(path.read_text()[:-80])
    with pytest.raises(StudyError, match=r"every row must have \d+ cells"):
        trials_table.read(path)


@pytest.mark.parametrize(
    "wrong",
    [{"colour": "red"}, {"state": "done"}, {"macs": 1.5}, {"alpha": math.nan}, {"macs": None}],
)
def test_a_record_that_does_not_fit_leaves_the_old_file(tmp_path, records, wrong):
    path = _saved(tmp_path, records)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=next(iter(wrong))):
        trials_table.write(path, [records[0] | wrong])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named(tmp_path, records):
    (tmp_path / "nowhere").write_text("a file")
    with pytest.raises(StudyError, match=r"nowhere/trials.csv cannot be written"):
        trials_table.write(tmp_path / "nowhere" / "trials.csv", records)
    assert [path.name for path in tmp_path.iterdir()] == ["nowhere"]


def test_a_network_has_one_row_with_mean_spread_and_gain_over_seeds(records):
    summary = trials_table.summary(_frame(records))
    assert list(summary.columns) == list(trials_table.SUMMARY_COLUMNS)
    assert len(summary) == len({record["cell"] for record in records}) == 22
    reference = statistics.fmean(r["val_top1"] for r in records if r["role"] == "baseline")
    for row in summary.to_dict("records"):
        tops = [
            r["val_top1"] for r in records if r["cell"] == row["cell"] and r["state"] == "complete"
        ]
        assert row["seeds"] == len(tops)
        if tops:
            assert row["top1_mean"] == pytest.approx(statistics.fmean(tops))
            assert row["gain"] == pytest.approx(100 * (statistics.fmean(tops) - reference))
        if len(tops) > 1:
            assert row["top1_std"] == pytest.approx(statistics.stdev(tops))
        else:
            assert math.isnan(row["top1_std"])


def test_the_best_network_comes_first_and_a_failed_one_last(records):
    summary = trials_table.summary(_frame(records))
    means = list(summary["top1_mean"])
    assert means[:-1] == sorted(means[:-1], reverse=True)
    assert math.isnan(means[-1])
    assert summary["seeds"].iloc[-1] == 0


def test_a_failed_try_that_was_repeated_does_not_count(records):
    twice = [records[0] | {"state": "failed", "val_top1": None}, *records]
    assert trials_table.summary(_frame(twice)).equals(trials_table.summary(_frame(records)))


def _frame(records: list) -> pd.DataFrame:
    return pd.DataFrame(records).astype({"val_top1": "float64"})
