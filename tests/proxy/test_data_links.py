"""Links stay within the folder, names are UTF-8; class folders are refused where they are not."""

import os
import shutil

import pytest
from pictures import folder_spec

from scalesearch.errors import DataError
from scalesearch.proxy.data.skipping import looked_at
from scalesearch.proxy.data.spec import check


def test_links_within_the_folder_are_followed(pictures):
    (pictures / "cat" / "x.png").symlink_to("../dog/3.png")
    (pictures / "elk").symlink_to("fox")
    facts = check(folder_spec(pictures))
    assert (facts.classes, facts.train_available) == (4, 41)


def test_the_folder_itself_may_be_a_link(pictures, tmp_path):
    (tmp_path / "link").symlink_to(pictures)
    assert check(folder_spec(tmp_path / "link")).train_available == 30


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("../../outside.png", "is a link that leads out of the folder (to "),
        ("/etc/hostname", "is a link that leads out of the folder (to /etc/hostname)"),
        ("/dev/zero", "is a link that leads out of the folder (to /dev/zero)"),
        ("nowhere.png", "is a link to nowhere"),
        ("x.png", "is a link to nowhere"),
    ],
)
def test_a_link_that_cannot_be_followed_is_named(pictures, target, said):
    shutil.copy(pictures / "cat" / "0.png", pictures.parent / "outside.png")
    (pictures / "cat" / "x.png").symlink_to(target)
    with pytest.raises(DataError) as refused:
        check(folder_spec(pictures))
    assert f"cat/x.png {said}" in str(refused.value)
    left_out, _ = looked_at(folder_spec(pictures), skip_broken=True)
    assert left_out.left_out == ("cat/x.png",)


def test_a_folder_whose_name_begins_as_ours_is_outside(pictures):
    (pictures.parent / "pictures2").mkdir()
    shutil.copy(pictures / "cat" / "0.png", pictures.parent / "pictures2" / "0.png")
    (pictures / "cat" / "x.png").symlink_to("../../pictures2/0.png")
    with pytest.raises(DataError, match="leads out of the folder"):
        check(folder_spec(pictures))


@pytest.mark.parametrize(
    ("target", "said"),
    [("..", "leads out of the folder"), ("nowhere", "to nowhere"), ("elk", "to nowhere")],
)
@pytest.mark.parametrize("skip", [False, True])
def test_a_class_folder_that_is_such_a_link_is_never_left_out(pictures, target, said, skip):
    """Without it another problem would be trained on."""
    (pictures / "elk").symlink_to(target)
    with pytest.raises(DataError, match=f"Class folder .*elk is a link .*{said}"):
        looked_at(folder_spec(pictures), skip_broken=skip)


def test_a_file_name_that_is_not_utf8_is_told_in_print(pictures):
    shutil.copy(pictures / "cat" / "0.png", os.fsencode(pictures / "cat") + b"/caf\xe9.png")
    with pytest.raises(DataError) as refused:
        check(folder_spec(pictures))
    assert r"cat/caf\xe9.png has a name that is not UTF-8" in str(refused.value)
    str(refused.value).encode("utf-8")
    _, broken = looked_at(folder_spec(pictures), skip_broken=True)
    assert [str(each) for each in broken] == [r"cat/caf\xe9.png has a name that is not UTF-8"]


@pytest.mark.parametrize("skip", [False, True])
def test_a_class_name_that_is_not_utf8_is_always_refused(pictures, skip):
    shutil.copytree(pictures / "cat", os.fsdecode(os.fsencode(pictures) + b"/b\xe4r"))
    with pytest.raises(DataError) as refused:
        looked_at(folder_spec(pictures), skip_broken=skip)
    assert r"b\xe4r has a name that is not UTF-8. Rename it." in str(refused.value)
    str(refused.value).encode("utf-8")


def test_a_path_that_is_not_utf8_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"caf\\xe9 must have a UTF-8 name") as refused:
        check(folder_spec(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")))
    str(refused.value).encode("utf-8")


def test_a_name_with_line_breaks_stays_on_its_line(pictures):
    (pictures / "cat" / "a\nb\x1b[31m.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"cat/a\\nb\\x1b\[31m\.png is no readable image"):
        check(folder_spec(pictures))
