"""Broken and odd image files, made with Pillow or by hand."""

import struct
import zlib
from pathlib import Path

from PIL import Image

from scalesearch.data.spec import DataSpec


def folder_spec(root: Path, **values: object) -> DataSpec:
    return DataSpec(f"folder:{root}", **values)


def noise(path: Path, size: tuple[int, int] = (64, 64)) -> bytes:
    """Write an image that compression cannot shrink; its bytes."""
    Image.effect_noise(size, 50).save(path)
    return path.read_bytes()


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that asks for any number of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )
