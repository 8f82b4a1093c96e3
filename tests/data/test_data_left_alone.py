"""What is no image by its name is counted; images go by all their usual endings."""

import os
import shutil

import numpy as np
import pytest
from pictures import folder_spec
from PIL import Image

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data import other_files as module
from scalesearch.data.image_files import FORMATS
from scalesearch.data.image_folder import decoded
from scalesearch.data.other_files import left_alone
from scalesearch.data.sources import check


def test_a_folder_of_images_alone_has_nothing_to_tell(pictures):
    assert not left_alone(pictures)


def test_files_are_counted_by_their_ending_the_most_frequent_first(pictures):
    for i in range(12):
        (pictures / "cat" / f"{i}.{'heic' if i % 2 else 'HEIC'}").write_bytes(b"ftypheic")
    for name in ("a.txt", "b.txt", "c.txt", "README"):
        (pictures / "dog" / name).write_text("no picture")
    found = left_alone(pictures)
    assert dict(found.files) == {".heic": 12, ".txt": 3, "": 1}
    assert found.sentence("folder:photos") == (
        "Left alone in folder:photos: 12 .heic, 3 .txt, 1 without ending."
    )
    assert check(folder_spec(pictures)).train_available == 30


def test_what_lies_beside_the_class_folders_is_told_apart(pictures):
    (pictures / "labels.csv").write_text("a")
    Image.new("RGB", (9, 9)).save(pictures / "whole.png")
    found = left_alone(pictures)
    assert (dict(found.files), dict(found.beside)) == ({}, {".csv": 1, ".png": 1})
    assert found.sentence("x") == "Left alone in x: beside the class folders 1 .csv, 1 .png."


def test_folders_further_in_are_counted_with_the_images_in_them(pictures):
    shutil.copytree(pictures / "cat", pictures / "dog" / "more" / "still")
    shutil.copytree(pictures / "cat", pictures / "dog" / ".hidden")
    (pictures / "fox" / "x.png").mkdir()
    found = left_alone(pictures)
    assert (found.folders, found.deeper) == (3, 10)
    assert found.sentence("x") == "Left alone in x: 3 folders inside class folders, with 10 images."


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "._0.png", "Icon\r"])
def test_what_file_managers_leave_is_not_told(pictures, name):
    for place in (pictures, pictures / "cat"):
        (place / name).write_bytes(b"x")
    assert not left_alone(pictures)


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("a.jpg_", ".jpg_"), ("a.jpg~", ".jpg~"), ("a.", ""),
        ("a.jpg?w=200&h=300&fit=crop", "other"),
        ("a. no ending", "other"), ("a.tar.gz", ".gz"), ("a.\x1b[31m", ".\\x1b[31m"),
    ],
)  # fmt: skip
def test_odd_endings_are_counted_and_fit_for_print(pictures, name, counted):
    (pictures / "cat" / name).write_bytes(b"x")
    found = left_alone(pictures)
    assert dict(found.files) == {counted: 1}
    assert found.sentence("x").isprintable()


def test_names_that_are_not_utf8_are_counted_too(pictures):
    with open(os.fsencode(pictures / "cat") + b"/x.h\xe9", "wb"):
        pass
    found = left_alone(pictures)
    assert dict(found.files) == {".h\\xe9": 1}
    found.sentence("x").encode("utf-8")


def test_many_endings_are_summed_up(pictures):
    for i in range(20):
        (pictures / "cat" / f"x.{i:03}").write_bytes(b"x")
    assert left_alone(pictures).sentence("x").endswith(".006, 1 .007, 12 others.")


def test_images_under_other_names_are_told_with_how_they_would_be_taken(pictures):
    for kind, name in (("jpeg", "x"), ("png", "x.bak"), ("webp", "x.jpg_"), ("tiff", "x.1")):
        Image.new("RGB", (9, 9)).save(pictures / "cat" / name, kind)
    (pictures / "cat" / "notes.txt").write_text("x")
    found = left_alone(pictures)
    assert found.images == 4
    assert "4 of these files begin as images do: give them the ending of" in found.sentence("x")


def test_only_so_many_files_are_opened_and_no_special_ones(pictures, monkeypatch):
    os.mkfifo(pictures / "cat" / "a.pipe")
    for i in range(5):
        Image.new("RGB", (9, 9)).save(pictures / "cat" / f"x{i}", "png")
    assert left_alone(pictures).images == 5
    monkeypatch.setattr(module, "OPENED", 3)
    assert left_alone(pictures).images == 2


def test_the_document_of_it_is_plain(pictures):
    (pictures / "cat" / "x").write_bytes(b"x")
    assert left_alone(pictures).to_json() == {
        "files": {"": 1}, "beside": {}, "folders": 0, "images_in_folders": 0,
        "images_by_content": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        *(("jpeg", each) for each in ("jfif", "jpe", "pjpeg", "pjp", "JFIF", "mpo")),
        ("mpo", "mpo"), ("mpo", "jpg"), ("png", "apng"), ("dib", "dib"), ("ppm", "pnm"),
        ("ppm", "pbm"),
    ],
)  # fmt: skip
def test_an_image_is_one_by_any_usual_ending(pictures, kind, ending):
    """A multi-picture JPEG, as cameras write them, is a JPEG with more behind it."""
    image = Image.new("1" if ending == "pbm" else "RGB", (8, 8), 1)
    more = {"save_all": True, "append_images": [image]} if kind == "mpo" else {}
    image.save(pictures / "cat" / f"x.{ending}", kind, **more)
    assert check(folder_spec(pictures)).train_available == 31
    assert not left_alone(pictures)
    seen = decoded(pictures / "cat" / f"x.{ending}", SQUARE, Resolution.square(8), 3)
    assert seen.shape == (8, 8, 3)


def test_no_further_decoder_runs_whatever_a_file_is_called():
    """EPS runs programs; JPEG 2000, AVIF and the rest are large decoders of their own."""
    assert set(FORMATS) == {"PNG", "JPEG", "BMP", "DIB", "GIF", "WEBP", "TIFF", "PPM"}


def test_twelve_bits_of_a_tiff_are_scaled_by_their_own_range(tmp_path):
    """Pillow gives them as the lower bits of sixteen, where they would be nearly black."""
    values = np.array([0, 255, 256, 2048, 4080, 4095, 16, 4000])
    packed = bytearray()
    for a, b in values.reshape(-1, 2).tolist():
        packed += bytes((a >> 4, (a & 15) << 4 | b >> 8, b & 255))
    tags = [(256, 4, 4), (257, 4, 2), (258, 3, 12), (259, 3, 1), (262, 3, 1), (277, 3, 1),
            (278, 4, 2), (273, 4, 8 + 2 + 9 * 12 + 4), (279, 4, len(packed))]  # fmt: skip
    entries = b"".join(
        tag.to_bytes(2, "little")
        + kind.to_bytes(2, "little")
        + (1).to_bytes(4, "little")
        + value.to_bytes(4, "little")
        for tag, kind, value in sorted(tags)
    )
    head = b"II*\0" + (8).to_bytes(4, "little") + len(tags).to_bytes(2, "little")
    (tmp_path / "x.tif").write_bytes(head + entries + bytes(4) + bytes(packed))
    seen = decoded(tmp_path / "x.tif", SQUARE, Resolution.square(2), 1)[..., 0]
    np.testing.assert_array_equal(seen, (values.reshape(2, 4) >> 4)[:, 1:3])
