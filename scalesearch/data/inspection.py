"""Images are looked at before anything is trained: a first look in about a second, or all of them.

A first look reads names and headers, and decodes a sample; it is what a dry run can afford.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data.broken_images import Broken
from scalesearch.data.folder_listing import Listing
from scalesearch.data.image_files import Unusable, cropped, header, hush

# A first look is spread evenly over the folder, up to these limits.
LOOK_HEADERS = 10_000
LOOK_IMAGES = 1000
LOOK_BYTES = 8 * 2**20
THREADS = 4  # Pillow decodes and resizes without holding the interpreter's lock
_CHUNK = 1024  # images handed to the threads at once


def first_look(listed: Listing, side: int) -> tuple[tuple[Broken, ...], int]:
    """What is broken, as far as names, headers and a decoded sample tell, and how many were seen.

    `side` is what the sample is decoded to, in pixels.
    """
    hush()
    with_header = spread(len(listed.names), LOOK_HEADERS)
    found = _broken(listed, with_header, lambda i: header(listed.file(i)))
    known = {each.name for each in found}
    decoded = [i for i in sample(listed) if listed.names[i] not in known]
    found += whole_look(listed, decoded, side)
    return (*listed.broken, *found), len(with_header) + len(listed.broken)


def whole_look(listed: Listing, chosen: Sequence[int] | np.ndarray, side: int) -> list[Broken]:
    """Those of the images `chosen` that cannot be decoded to `side` pixels. Decodes each."""
    hush()
    found: list[Broken] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(chosen), _CHUNK):
            part = chosen[start : start + _CHUNK]
            tried = pool.map(
                lambda i: _broken(listed, [i], lambda i: _decode(listed, i, side)), part
            )
            found += [each for some in tried for each in some]
    return found


def sample(listed: Listing) -> list[int]:
    """Images that a first look decodes, at least one a class, a few megabytes of files in all."""
    if not listed.names:
        return []
    mean = max(1, int(listed.sizes.mean()))
    return spread(len(listed.names), max(len(listed.classes), min(LOOK_IMAGES, LOOK_BYTES // mean)))


def spread(images: int, most: int) -> list[int]:
    """At most `most` positions of `images`, first and last among them."""
    return np.unique(np.linspace(0, images - 1, min(images, most)).astype(int)).tolist()


def _decode(listed: Listing, i: int, side: int) -> None:
    cropped(listed.file(i), SQUARE, Resolution.square(side), 3, listed.was(i))


def _broken(listed: Listing, chosen: Sequence[int], tried: Callable[[int], object]) -> list[Broken]:
    found = []
    for i in chosen:
        try:
            tried(i)
        except Unusable as error:
            found.append(Broken(listed.names[i], str(error)))
    return found
