"""Images of a folder that cannot be used are named, all together, before anything is trained."""

import os
import socket
import tracemalloc
import warnings

import numpy as np
import pytest
from pictures import folder_spec, huge_png, noise
from PIL import Image

from scalesearch.core.resolution import Resolution
from scalesearch.data import inspection
from scalesearch.data.image_cache import prepare
from scalesearch.data.image_folder import FolderImages
from scalesearch.data.sources import check, looked_at, opened_again
from scalesearch.errors import DataError


def refusal(root):
    with pytest.raises(DataError) as refused:
        check(folder_spec(root))
    said = str(refused.value)
    said.encode("utf-8")
    assert "`skip_broken=`" in said
    return said


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "webp", "tif", "ppm"])
@pytest.mark.parametrize("content", [b"", b"not a picture", "half"])
def test_a_broken_image_of_any_kind_is_named(pictures, suffix, content):
    victim = pictures / "dog" / f"x.{suffix}"
    whole = noise(victim)
    victim.write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    said = refusal(pictures)
    assert "cannot be used, 1 of 31" in said
    assert f"dog/x.{suffix} is no readable image" in said


def test_damaged_pixels_are_found(pictures):
    victim = pictures / "dog" / "x.png"
    whole = noise(victim)
    victim.write_bytes(whole[:900] + bytes(b ^ 255 for b in whole[900:1000]) + whole[1000:])
    assert "dog/x.png is no readable image" in refusal(pictures)


def test_the_first_ten_are_named_and_the_others_counted(pictures):
    for i in range(8):
        (pictures / "cat" / f"{i}.png").write_bytes(b"not a picture")
        (pictures / "fox" / f"{i}.png").write_bytes(b"")
    said = refusal(pictures)
    assert "16 of 30" in said
    assert said.count("is no readable image") == 10
    assert "and 6 more" in said


@pytest.mark.parametrize("side", [10_000, 30_000])
def test_a_huge_image_is_refused_by_its_header(pictures, side):
    """At the size where Pillow warns, and at that where it refuses, without either's noise."""
    (pictures / "cat" / "x.png").write_bytes(huge_png(side, side))
    tracemalloc.start()
    with warnings.catch_warnings(record=True) as heard:
        said = refusal(pictures)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "cat/x.png has" in said
    assert "89,478,485 allowed" in said
    assert most < 50e6
    assert not heard


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_a_special_file_is_named_and_nobody_waits_for_it(pictures, kind, monkeypatch):
    place = pictures / "cat" / "x.jpg"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        monkeypatch.chdir(place.parent)  # a socket's path is short
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(place.name)
    else:
        try:
            os.mknod(place, 0o020666, os.makedev(1, 5))
        except OSError:
            pytest.skip("devices cannot be made here")
    assert "cat/x.jpg is no regular file" in refusal(pictures)


def test_a_file_that_became_a_pipe_keeps_nobody_waiting(pictures):
    source = FolderImages(pictures, 64)
    (pictures / "cat" / "3.png").unlink()
    os.mkfifo(pictures / "cat" / "3.png")
    with pytest.raises(DataError, match=r"cat/3\.png is no regular file"):
        list(source.read(np.arange(30), Resolution.square(16), 8, None))


def test_a_file_that_may_not_be_read_is_named(pictures):
    (pictures / "cat" / "3.png").chmod(0)
    if os.access(pictures / "cat" / "3.png", os.R_OK):
        pytest.skip("root may read everything")
    assert "cat/3.png is no readable image (Permission denied)" in refusal(pictures)


def test_floating_point_pixels_are_refused(pictures):
    deep = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    Image.fromarray(deep).save(pictures / "cat" / "x.tif")
    assert "cat/x.tif has 32 bits a pixel" in refusal(pictures)


@pytest.mark.parametrize("limit", [10**9, 1])
def test_all_broken_images_beyond_the_first_look_are_named_before_training(
    pictures, tmp_path, monkeypatch, limit
):
    """In the array form and in the stream form (a limit of one byte) alike."""
    monkeypatch.setattr(inspection, "LOOK_IMAGES", 3)  # first, middle and last image
    monkeypatch.setattr(inspection, "LOOK_HEADERS", 3)
    for name in ("cat/2.png", "dog/7.png"):
        (pictures / name).write_bytes(b"not a picture")
    asked = folder_spec(pictures, cache_limit_bytes=limit)
    check(asked)
    with pytest.raises(DataError) as refused:
        prepare(asked, tmp_path / "ready")
    for name in (
        "2 of 30",
        "cat/2.png is no readable",
        "dog/7.png is no readable",
        "`skip_broken=`",
    ):
        assert name in str(refused.value)
    assert list((tmp_path / "ready").iterdir()) == [], "nothing half-written"


@pytest.mark.parametrize("change", ["another", "gone", "new"])
def test_images_that_change_after_the_look_are_refused(pictures, tmp_path, change):
    looked, broken = looked_at(folder_spec(pictures))
    assert not broken
    if change == "gone":
        (pictures / "cat" / "3.png").unlink()
    else:
        name = "3.png" if change == "another" else "new.png"
        Image.new("RGB", (9, 9)).save(pictures / "cat" / name)
    with pytest.raises(DataError, match="have changed, come or gone since they were looked at"):
        prepare(looked, tmp_path / "ready")


@pytest.mark.parametrize("change", ["another", "gone"])
def test_an_image_that_changes_while_images_are_read_is_named(pictures, change):
    source = FolderImages(pictures, 64)
    victim = pictures / "dog" / "4.png"
    if change == "gone":
        victim.unlink()
    else:
        noise(victim)
    with pytest.raises(DataError, match=r"dog/4\.png (has changed since|is not there any more)"):
        list(source.read(np.arange(30), Resolution.square(16), 8, None))


def test_a_stream_is_not_read_from_a_folder_that_has_changed(pictures, tmp_path):
    """Its images are known by their positions, which a new file would shift."""
    ready = prepare(folder_spec(pictures, cache_limit_bytes=1), tmp_path / "ready")
    assert len(opened_again(ready.spec).labels()) == 30
    Image.new("RGB", (9, 9)).save(pictures / "cat" / "00.png")
    with pytest.raises(DataError, match="have changed, come or gone"):
        opened_again(ready.spec)
