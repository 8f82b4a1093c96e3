"""Whatever happens to the bytes of an image, it is named, left out where that is asked, or used."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import folder_spec, noise
from PIL import Image

from scalesearch.data.image_cache import prepare
from scalesearch.data.sources import looked_at
from scalesearch.errors import DataError


@given(
    suffix=st.sampled_from(["png", "jpg", "gif", "bmp", "webp", "tif", "ppm"]),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=9)), min_size=1, max_size=5),
    keep=st.floats(0, 1),
    skip=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_to_its_bytes_an_image_is_named_or_prepared(
    tmp_path_factory, suffix, changes, keep, skip
):
    root = tmp_path_factory.mktemp("pictures")
    for name in ("cat", "dog"):
        (root / name).mkdir()
        for i in range(3):
            Image.new("RGB", (12, 10), (90 * i, 9, 9)).save(root / name / f"{i}.png")
    victim = root / "dog" / f"x.{suffix}"
    content = bytearray(noise(victim, (24, 20)))
    for place, put in changes:
        start = int(place * len(content))
        content[start : start + len(put)] = put
    victim.write_bytes(content[: int(keep * len(content)) + 1])
    ready = tmp_path_factory.mktemp("ready")
    refused, taken, broken = outcome(root, ready, skip)
    if refused:
        assert not skip
        assert f"dog/x.{suffix} " in refused
    else:
        assert taken == 7 - len(broken)
        assert len(broken) <= skip


def outcome(root, ready, skip):
    """(why it was refused, images prepared, images left out)."""
    try:
        spec, broken = looked_at(folder_spec(root), skip, ready if skip else None)
        made = prepare(spec, ready)
    except DataError as error:
        return str(error), 0, ()
    return "", made.train + made.validation, broken
