"""Hashes of files by what they say: one that is only written otherwise has the same."""

import contextlib
import hashlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from scalesearch.source_code.syntax import parsed, plain


def digest(file: Path, content: bytes) -> str:
    """16 hex digits for what the file says, where its format tells that from how it is written."""
    read = _READERS.get(file.suffix.lower())
    if read is not None:
        # Of a file that is not what its name says, or nests hundreds of levels deep, the bytes.
        with contextlib.suppress(Exception):
            content = repr(read(content)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()[:16]


def _python(content: bytes) -> Any:
    tree = parsed(content)
    return content if tree is None else plain(tree)


_READERS: dict[str, Callable[[bytes], Any]] = {
    ".py": _python,
    ".json": json.loads,
    ".toml": lambda content: tomllib.loads(content.decode("utf-8")),
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
}
