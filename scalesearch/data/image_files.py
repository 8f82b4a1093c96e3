"""Image files as they come: opened without waiting, judged by their header, cropped, decoded."""

import errno
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError
from PIL.BmpImagePlugin import BmpImageFile, DibImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.PpmImagePlugin import PpmImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.errors import DataError

SUFFIXES = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".mpo"),
        *(".png", ".apng", ".bmp", ".dib", ".gif", ".webp", ".tif", ".tiff"),
        *(".ppm", ".pgm", ".pbm", ".pnm"),
    )
)
"""Endings under which files of `FORMATS` go about, in small letters."""
# What a suffix promises, whichever of them it is. Others that Pillow knows run programs (EPS).
FORMATS = tuple(
    kind.format
    for kind in (
        PngImageFile,
        JpegImageFile,
        BmpImageFile,
        DibImageFile,
        GifImageFile,
        WebPImageFile,
        TiffImageFile,
        PpmImageFile,
    )
)
MOST_PIXELS = 89_478_485  # where Pillow begins to warn: a quarter of a gigabyte in colour

_GREY = frozenset(("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N"))
_SIXTEEN_BIT = ("PNG", "PPM")  # formats whose Pillow mode "I" holds sixteen bits
_ORIENTATION = 0x0112  # EXIF tag
_BITS_A_SAMPLE = 258  # TIFF tag
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_ON_ITS_SIDE = (5, 6, 7, 8)


_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\0", b"MM\0*")


class Unusable(Exception):
    """Why an image file cannot be used: the end of a sentence that its name begins."""


class Changed(Unusable):
    """It is not the file that was looked at."""


def header(file: Path, shape: Resolution = SQUARE) -> tuple[bool, int]:
    """(whether it is grey, longer side in pixels of its crop to `shape`). Raises Unusable.

    Nothing is decoded for a square, nor of a file whose orientation stands in its header.
    """
    with _opened(file, None) as image:
        lying = shape if shape.is_square else _lying(shape, image)
        width, height = image.size
        return image.mode in _GREY, lying.crop_of(Resolution(height, width)).longer


def cropped(
    file: Path,
    shape: Resolution,
    size: Resolution,
    channels: int,
    was: tuple[int, int] | None = None,
) -> np.ndarray:
    """The largest part of `shape` in the middle of an image, upright, resized to `size`.

    As uint8 (height, width, channels). Raises Unusable.

    Of several frames it is the first; what is transparent becomes white. `was` is what
    `(bytes, modified in ns)` must still be, None for anything.
    """
    mode = "L" if channels == 1 else "RGB"
    with _opened(file, was) as image:
        lies, form = size, shape
        if not (size.is_square and shape.is_square):
            lies, form = _lying(size, image), _lying(shape, image)
        image.draft(mode, (lies.width, lies.height))  # JPEGs: decode smaller
        image.load()
        width, height = image.size
        part = form.crop_of(Resolution(height, width))
        left, top = (width - part.width) // 2, (height - part.height) // 2
        box = (left, top, left + part.width, top + part.height)
        plain = _opaque(_eight_bit(image.crop(box), _bits(image)))
        small = plain.convert(mode).resize((lies.width, lies.height), Image.Resampling.BILINEAR)
        turn = _UPRIGHT.get(_orientation(image))
        upright = small if turn is None else small.transpose(turn)
    return np.asarray(upright).reshape(size.height, size.width, channels)


def _lying(upright: Resolution, image: Image.Image) -> Resolution:
    """A size of the upright image as its file has it, which a camera may have kept on its side."""
    turned_later = image.format != "TIFF"  # those are turned by Pillow itself
    return upright.turned if turned_later and _orientation(image) in _ON_ITS_SIDE else upright


def hush() -> None:
    """Keep Pillow's warnings to itself: what an image cannot be used for is said by name."""
    warnings.filterwarnings("ignore", module=r"PIL\b")


def begins_as_image(file: str) -> bool:
    """Whether the first bytes of a regular file are those of a JPEG, PNG, GIF, TIFF or WebP."""
    try:
        with open(file, "rb", opener=_without_waiting) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return False
            first = stream.read(12)
    except OSError:
        return False
    return first.startswith(_BEGINNINGS) or (first[:4], first[8:]) == (b"RIFF", b"WEBP")


@contextmanager
def _opened(file: Path, was: tuple[int, int] | None) -> Iterator[Image.Image]:
    """The image, its header read and found fit. Whatever is raised inside becomes Unusable.

    But for DataError: the machine's own trouble must not count against the image.
    """
    try:
        with open(file, "rb", opener=_without_waiting) as stream:
            seen = os.fstat(stream.fileno())
            if not stat.S_ISREG(seen.st_mode):
                raise Unusable("is no regular file")
            if was is not None and (seen.st_size, seen.st_mtime_ns) != was:
                raise Changed("has changed since it was looked at")
            if not seen.st_size:
                raise Unusable("is no readable image (0 bytes)")
            with Image.open(stream, formats=FORMATS) as image:
                _refuse_header(image)
                yield image
    except Unusable:
        raise
    except FileNotFoundError as error:
        raise Changed("is not there any more") from error
    except UnidentifiedImageError as error:
        kinds = "JPEG, PNG, BMP, GIF, WebP, TIFF, PPM or PGM"
        raise Unusable(f"is no readable image (what it holds is no {kinds})") from error
    except Image.DecompressionBombError as error:
        raise Unusable(
            f"has more than {2 * MOST_PIXELS:,} pixels, with {MOST_PIXELS:,} allowed"
        ) from error
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        if getattr(error, "errno", None) in (errno.EMFILE, errno.ENFILE):
            raise DataError(
                f"{file} cannot be opened: too many files are open. Raise that limit (ulimit -n)."
            ) from error  # which says nothing of the image
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Unusable(f"is no readable image ({reason})") from error


def _without_waiting(path: str, flags: int) -> int:
    """A named pipe would otherwise keep its reader until somebody writes."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_header(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Unusable(f"has {width} x {height} pixels, more than the {MOST_PIXELS:,} allowed")
    if image.mode == "F" or (image.mode == "I" and image.format not in _SIXTEEN_BIT):
        raise Unusable(
            "has 32 bits a pixel, which do not say what is black and what white (8 and 16 do)"
        )


def _bits(image: Image.Image) -> int:
    """Bits of a grey pixel deeper than eight: those of a TIFF may be 12, of which Pillow makes the
    lower ones of 16."""
    tags = getattr(image, "tag_v2", {})
    return 12 if tags.get(_BITS_A_SAMPLE) == (12,) else 16


def _eight_bit(image: Image.Image, bits: int) -> Image.Image:
    """Grey of so many bits scaled to eight, where Pillow itself would clip it."""
    if image.mode[0] != "I":
        return image
    return Image.fromarray((np.asarray(image) >> (bits - 8)).clip(0, 255).astype(np.uint8))


def _opaque(image: Image.Image) -> Image.Image:
    """The image on white where it is transparent, else itself: hidden colours mean nothing."""
    if not ("transparency" in image.info or {"A", "a"} & set(image.getbands())):
        return image
    coloured = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(coloured, mask=coloured.getchannel("A"))
    return white


def _orientation(image: Image.Image) -> int:
    """How the camera was held, by EXIF; 1, upright, where that is missing or damaged."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # the picture is whole all the same
        return 1
