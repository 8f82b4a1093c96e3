"""Files of checkpoints: whole or not used, the older kept until the newer is safe, damage told."""

import hashlib
import io
import json
import os
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.training import checkpoints
from scalesearch.training.checkpoints import Checkpoints, Progress

ARRAYS = [np.arange(5, dtype=np.float32), np.array(3, np.int64)]


def kept(folder, of="a", told=None):
    return Checkpoints(folder, of, (told if told is not None else []).append)


def test_the_older_checkpoint_is_kept_until_the_newer_is_safe(tmp_path, monkeypatch):
    here = kept(tmp_path)
    for step in (1, 2, 3):
        here.save(ARRAYS, Progress(step=step))
    assert [file.name[:9] for file in sorted(tmp_path.iterdir())] == ["000000002", "000000003"]
    told = []
    there = kept(tmp_path, told=told)

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    there.save(ARRAYS, Progress(step=4))
    there.save(ARRAYS, Progress(step=5))
    [sentence] = told  # not every few seconds
    assert "No space left on device" in sentence
    assert [file.name[:9] for file in sorted(tmp_path.iterdir())] == ["000000002", "000000003"]


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    progress = Progress(7, 0.1 + 0.2, (1.5, 1 / 3), 9.25, 3.5, 6)
    kept(tmp_path).save(ARRAYS, progress)
    arrays, again = kept(tmp_path).latest(ARRAYS)
    assert again == progress
    for before, after in zip(ARRAYS, arrays, strict=True):
        assert before.dtype == after.dtype
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("of", ["another training", "a"])
def test_what_belongs_to_another_network_or_training_is_not_used(tmp_path, of):
    kept(tmp_path).save(ARRAYS, Progress(1))
    told = []
    like = ARRAYS if of != "a" else [np.zeros(6, np.float32), ARRAYS[1]]
    assert kept(tmp_path, of, told).latest(like) is None
    assert "of another" in told[0]


def _forged(folder, **changes):
    """A checkpoint whose hash is right and whose content is not."""
    record = {"format": 1, "of": "a", "progress": asdict(Progress(step=9)), **changes}
    content = io.BytesIO()
    values = {"record": np.frombuffer(json.dumps(record).encode(), np.uint8)}
    values |= {f"v{index:05d}": array for index, array in enumerate(ARRAYS)}
    (np.savez_compressed if changes.get("packed") else np.savez)(content, **values)
    data = content.getvalue()
    (folder / f"{9:09d}-{hashlib.sha256(data).hexdigest()}.npz").write_bytes(data)


NAME = f"{9:09d}-{'0' * 64}.npz"


@pytest.mark.parametrize(
    "put",
    [
        lambda folder: (folder / NAME / "inside").mkdir(parents=True),
        lambda folder: os.mkfifo(folder / NAME),
        lambda folder: (folder / NAME).symlink_to("nowhere"),
        lambda folder: (folder / NAME).symlink_to("/dev/zero"),
        lambda folder: _forged(folder, packed=True),
        lambda folder: _forged(folder, progress={"step": "9"}),
        lambda folder: _forged(folder, progress={**asdict(Progress()), "step": -1}),
        lambda folder: _forged(folder, progress={**asdict(Progress()), "losses": [None]}),
        lambda folder: _forged(folder, progress=[]),
        lambda folder: _forged(folder, format=2),
    ],
)
def test_whatever_stands_in_a_checkpoints_place_is_told_removed_and_done_without(tmp_path, put):
    kept(tmp_path).save(ARRAYS, Progress(step=4))
    put(tmp_path)
    told = []
    _, progress = kept(tmp_path, told=told).latest(ARRAYS)
    assert progress.step == 4
    assert len(told) == 1
    assert [file.name[:9] for file in tmp_path.iterdir()] == ["000000004"]


@given(st.data())
def test_no_damage_to_a_file_gives_another_state(tmp_path_factory, data):
    """Whatever is done to its bytes, or if it is cut short: all of it or nothing comes back."""
    folder = tmp_path_factory.mktemp("damaged")
    kept(folder).save(ARRAYS, Progress(5, losses=(0.5,)))
    [file] = folder.iterdir()
    content = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content = content[:at]
    else:
        content[at] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)
    told = []
    assert kept(folder, told=told).latest(ARRAYS) is None
    assert len(told) == 1


def test_checkpoints_are_written_for_a_fiftieth_of_the_time_at_most(tmp_path):
    """By a clock that counts two seconds for each write."""
    now = [0.0]

    def clock():
        now[0] += 1.0
        return now[0]

    here = Checkpoints(tmp_path, "a", print, clock)
    written = 0
    while now[0] < 1000:
        if here.due():
            here.save(ARRAYS, Progress(1))
            written += 1
    assert 5 <= written <= 20
    assert checkpoints.KEPT == 2
