import numpy as np
import pytest
from pictures import folder_spec
from PIL import Image

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data.image_cache import prepare
from scalesearch.data.image_folder import FolderImages, decoded
from scalesearch.data.sources import check
from scalesearch.errors import DataError


def test_facts_of_a_sound_folder(pictures):
    facts = check(folder_spec(pictures, validation=9))
    assert (facts.classes, facts.channels, facts.size.to_json()) == (3, 3, 16)
    assert (facts.train_available, facts.train, facts.validation) == (30, 21, 9)


def test_images_are_stored_no_larger_than_the_canvas(pictures):
    assert check(folder_spec(pictures, canvas=12)).size == Resolution.square(12)


def test_files_of_other_kinds_hidden_ones_and_nested_folders_are_left_alone(pictures):
    (pictures / "cat" / "notes.txt").write_text("no picture")
    (pictures / "cat" / ".hidden.png").write_text("no picture")
    (pictures / "cat" / "folder.png").mkdir()
    (pictures / "cat" / "more").mkdir()
    (pictures / "cat" / "more" / "0.png").write_text("no picture")
    (pictures / "beside.png").write_text("no picture")
    (pictures / ".thumbnails").mkdir()
    assert check(folder_spec(pictures)).train_available == 30


def test_images_in_nested_folders_alone_are_no_class_and_that_is_said(pictures):
    (pictures / "cat").rename(pictures / "whole")
    (pictures / "cat").mkdir()
    (pictures / "whole").rename(pictures / "cat" / "whole")
    with pytest.raises(DataError, match=r"Got 0\. Images in folders inside it are not looked for"):
        check(folder_spec(pictures))


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="nowhere is not there"):
        check(folder_spec(tmp_path / "nowhere"))


def test_a_file_in_place_of_a_folder_is_refused(pictures):
    with pytest.raises(DataError, match=r"0\.png is a file"):
        check(folder_spec(pictures / "cat" / "0.png"))


def test_one_class_only_is_refused(tmp_path):
    (tmp_path / "cat").mkdir()
    with pytest.raises(DataError, match=r"at least 2 folders, one a class.*Got only cat"):
        check(folder_spec(tmp_path))


def test_images_without_class_folders_are_refused(pictures):
    with pytest.raises(DataError, match=r"at least 2 folders, one a class.*Got none"):
        check(folder_spec(pictures / "cat"))


def test_a_class_without_images_is_named(pictures):
    (pictures / "wolf").mkdir()
    with pytest.raises(DataError, match=r"wolf must hold at least 2 images.*Got 0"):
        check(folder_spec(pictures))


def test_a_class_of_files_that_are_no_images_says_what_they_are(pictures):
    (pictures / "wolf").mkdir()
    for i in range(3):
        (pictures / "wolf" / f"{i}.heic").write_bytes(b"x")
    with pytest.raises(DataError, match=r"Got 0\. It also holds 3 \.heic\. Add images or remove"):
        check(folder_spec(pictures))


def test_too_few_images_for_the_split_are_refused(pictures):
    with pytest.raises(DataError, match="`train` 25 and `validation` 6 cannot both be cut from"):
        check(folder_spec(pictures, train=25, validation=6))


def test_differing_sizes_become_centre_squares_of_one_size(tmp_path):
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = (10, 200, 30)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    square = decoded(tmp_path / "wide.png", SQUARE, Resolution.square(6), 3)
    assert square.shape == (6, 6, 3)
    assert (square == (10, 200, 30)).all()


def test_a_folder_of_grey_images_has_one_channel(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for i in range(3):
            Image.new("L", (9, 9), 40 * i).save(tmp_path / name / f"{i}.png")
    assert check(folder_spec(tmp_path)).channels == 1


def test_reading_keeps_the_order_of_the_index_whatever_the_batch(pictures):
    source = FolderImages(pictures, 64)
    index = np.array([0, 3, 11, 12, 19, 25, 29])
    for batch in (1, 3, 7, 50):
        read = list(source.read(index, Resolution.square(16), batch, None))
        assert [len(labels) for _, labels in read][:-1] == [batch] * (len(read) - 1)
        images = np.concatenate([images for images, _ in read])
        labels = np.concatenate([labels for _, labels in read])
        assert labels.tolist() == (index // 10).tolist()
        assert images[:, 5, 5].tolist() == [[80 * (i // 10), 20 * (i % 10), 7] for i in index]


def test_the_prepared_arrays_hold_each_image_once_with_its_label(pictures, tmp_path):
    ready = prepare(folder_spec(pictures, validation=6), tmp_path / "ready")
    assert (ready.form, ready.size.to_json(), ready.channels, ready.classes) == ("array", 16, 3, 3)
    seen = []
    for part in ("train", "validation"):
        for image, label in zip(ready.images(part), ready.labels(part), strict=True):
            assert image[0, 0, 0] == 80 * label
            seen.append((int(label), int(image[0, 0, 1]) // 20))
    assert sorted(seen) == [(c, i) for c in range(3) for i in range(10)]


def test_a_changed_folder_is_prepared_anew(pictures, tmp_path):
    first = prepare(folder_spec(pictures), tmp_path / "ready")
    assert prepare(folder_spec(pictures), tmp_path / "ready") == first
    Image.new("RGB", (20, 16), (1, 2, 3)).save(pictures / "cat" / "new.png")
    assert prepare(folder_spec(pictures), tmp_path / "ready").path != first.path
