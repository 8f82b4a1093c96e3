"""Links stay within the folder unless more is asked for, names are UTF-8.

Class folders are refused where they are not.
"""

import os
import shutil
import socket

import pytest
from pictures import folder_spec

from scalesearch.data.image_cache import prepare
from scalesearch.data.sources import check, looked_at, opened_again
from scalesearch.errors import DataError


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


@pytest.fixture
def linked(pictures):
    """The pictures, of which one class and one image are links out of their folder."""
    outside = pictures.parent / "outside"
    outside.mkdir()
    (pictures / "cat").rename(outside / "cat")
    (pictures / "cat").symlink_to(outside / "cat")
    (pictures / "dog" / "3.png").rename(outside / "3.png")
    (pictures / "dog" / "3.png").symlink_to("../../outside/3.png")
    return pictures


def test_links_that_lead_out_are_followed_where_that_is_asked_for(linked, tmp_path):
    facts = check(folder_spec(linked, follow_links=True))
    assert (facts.classes, facts.train_available) == (3, 30)
    ready = prepare(folder_spec(linked, follow_links=True), tmp_path / "ready")
    assert ready.train + ready.validation == 30


def test_what_is_linked_has_the_fingerprint_of_the_files_themselves(linked, tmp_path):
    shutil.copytree(linked, tmp_path / "plain")  # copies what links lead to
    plain, followed = folder_spec(tmp_path / "plain"), folder_spec(linked, follow_links=True)
    assert check(plain).fingerprint == check(followed).fingerprint
    ready = tmp_path / "ready"
    assert prepare(plain, ready).fingerprint == prepare(followed, ready).fingerprint


def test_a_stream_follows_the_links_that_its_preparation_followed(linked, tmp_path):
    ready = prepare(folder_spec(linked, follow_links=True, cache_limit_bytes=1), tmp_path / "ready")
    assert len(opened_again(ready.spec).labels()) == 30


def test_every_refusal_of_a_link_that_leads_out_names_the_remedy(linked):
    with pytest.raises(
        DataError, match=r"Class folder .*cat is a link .*followed: `follow_links=`"
    ):
        check(folder_spec(linked))
    (linked / "cat").unlink()
    with pytest.raises(
        DataError, match=r"dog/3\.png is a link(.|\n)*followed with `follow_links=`"
    ):
        check(folder_spec(linked))


@pytest.mark.parametrize("follow", [False, True])
@pytest.mark.parametrize("target", ["..", "../..", "../pictures", ".", "/"])
def test_a_class_that_leads_round_to_its_own_folder_is_refused(pictures, target, follow):
    (pictures / "elk").symlink_to(target)
    with pytest.raises(DataError, match=r"elk is a link that .*folder.*Remove it\.$") as refused:
        check(folder_spec(pictures, follow_links=follow))
    assert "`follow_links=`" not in str(refused.value), "which would not help"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("/dev/zero", "is a link to what is no regular file (to /dev/zero)"),
        ("nowhere.png", "is a link to nowhere"),
        ("x.png", "is a link to nowhere"),
        ("../../pipe", "is a link to what is no regular file (to "),
        ("../../socket", "is a link to what is no regular file (to "),
        ("../../empty", "is no readable image (0 bytes)"),
        ("/etc/passwd", "is no readable image (what it holds is no JPEG"),
    ],
)
def test_following_links_takes_regular_images_alone(pictures, target, said, monkeypatch):
    os.mkfifo(pictures.parent / "pipe")
    (pictures.parent / "empty").touch()
    monkeypatch.chdir(pictures.parent)
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("socket")
    (pictures / "cat" / "x.png").symlink_to(target)
    with pytest.raises(DataError) as refused:
        check(folder_spec(pictures, follow_links=True))
    assert f"cat/x.png {said}" in str(refused.value)
    left_out, _ = looked_at(folder_spec(pictures, follow_links=True), skip_broken=True)
    assert left_out.left_out == ("cat/x.png",)


@pytest.mark.parametrize("target", ["nowhere", "elk", "fox/../nowhere/x"])
def test_a_class_that_leads_nowhere_is_refused_also_where_links_are_followed(pictures, target):
    (pictures / "elk").symlink_to(target)
    with pytest.raises(DataError, match="elk is a link to nowhere"):
        check(folder_spec(pictures, follow_links=True))


def test_links_out_of_a_linked_class_are_followed_too(linked):
    (linked.parent / "further.png").write_bytes((linked / "fox" / "0.png").read_bytes())
    (linked.parent / "outside" / "cat" / "x.png").symlink_to("../../further.png")
    assert check(folder_spec(linked, follow_links=True)).train_available == 31


def test_without_such_links_following_them_changes_nothing(pictures, tmp_path):
    (pictures / "cat" / "x.png").symlink_to("../dog/3.png")
    first = prepare(folder_spec(pictures), tmp_path / "ready")
    assert prepare(folder_spec(pictures, follow_links=True), tmp_path / "ready").path == first.path
