"""Images that are whole but out of the ordinary become what a person sees."""

import numpy as np
import pytest
from pictures import folder_spec
from PIL import Image

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data.image_folder import decoded
from scalesearch.data.sources import check

square = Resolution.square

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def test_sixteen_bit_grey_keeps_its_range(tmp_path):
    deep = (np.arange(64, dtype=np.uint16) * 1000).reshape(8, 8)
    for name in ("deep.png", "deep.tif", "deep.pgm"):
        Image.fromarray(deep).save(tmp_path / name)
        np.testing.assert_array_equal(
            decoded(tmp_path / name, SQUARE, square(8), 1)[..., 0], deep >> 8
        )


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tif"])
def test_of_several_frames_the_first_is_taken(tmp_path, suffix):
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN, BLUE)]
    file = tmp_path / f"x.{suffix}"
    how = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(file, save_all=True, append_images=frames[1:], **how)
    with Image.open(file) as image:
        assert image.n_frames == 3
    assert (decoded(file, SQUARE, square(8), 3) == RED).all()


def test_cmyk_becomes_colour(tmp_path):
    for name in ("x.jpg", "x.tif"):
        Image.new("CMYK", (16, 16), (255, 0, 255, 0)).save(tmp_path / name)
        green = decoded(tmp_path / name, SQUARE, square(16), 3).astype(int)
        assert abs(green - GREEN).max() <= 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB"])
def test_what_is_transparent_is_white_and_its_hidden_colour_gone(tmp_path, mode):
    """The left half is clear over a hidden dark colour, the right half is not."""
    file = tmp_path / "x.png"
    if mode in ("RGBA", "LA"):
        image = Image.new("RGBA", (8, 8), (*BLUE, 255))
        image.paste((9, 9, 9, 0), (0, 0, 4, 8))
        image.convert(mode).save(file)
    elif mode == "P":
        image = Image.new("P", (8, 8), 1)
        image.putpalette((9, 9, 9, *BLUE))
        image.paste(0, (0, 0, 4, 8))
        image.save(file, transparency=bytes((0, 255)))
    else:
        image = Image.new("RGB", (8, 8), BLUE)
        image.paste((9, 9, 9), (0, 0, 4, 8))
        image.save(file, transparency=(9, 9, 9))
    seen = decoded(file, SQUARE, square(8), 3)
    assert (seen[:, :4] == WHITE).all()
    assert (seen[:, 4:] == (BLUE if mode != "LA" else 29)).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
def test_photographs_stand_upright_as_viewers_show_them(tmp_path, orientation, suffix):
    """ImageOps.exif_transpose on the whole picture is what upright means."""
    from PIL import ImageOps

    image = Image.new("RGB", (64, 64), WHITE)
    image.paste(RED, (0, 0, 32, 32))
    image.paste(BLUE, (32, 0, 64, 32))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / f"x.{suffix}"
    image.save(file, exif=exif)
    with Image.open(file) as stored:
        upright = np.asarray(ImageOps.exif_transpose(stored)).astype(int)
    assert abs(decoded(file, SQUARE, square(64), 3) - upright).max() <= 2


def test_damaged_exif_does_not_break_a_whole_image(tmp_path):
    Image.new("RGB", (8, 8), RED).save(tmp_path / "x.jpg", exif=b"Exif\0\0MM\0*\xff\xff\xff")
    assert abs(decoded(tmp_path / "x.jpg", SQUARE, square(8), 3).astype(int) - RED).max() <= 3


def test_grey_with_transparency_is_grey(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for i in range(3):
            Image.new("LA", (9, 9), (40 * i, 255)).save(tmp_path / name / f"{i}.png")
    assert check(folder_spec(tmp_path)).channels == 1
