"""The configuration in a SavedModel folder of Keras 2: `keras_metadata.pb` beside the graph.

That file is a protobuf message SavedMetadata: repeated SavedObject nodes = 1, of which
node_path = 3 and metadata = 5 are texts. The model is the object at "root", and its metadata are
JSON. The graph itself (`saved_model.pb`) is not opened.
"""

from collections.abc import Iterator
from pathlib import Path

from scalesearch.errors import ConfigError

GRAPH = "saved_model.pb"
METADATA = "keras_metadata.pb"
LARGEST = 64 * 2**20
"""Bytes of the metadata, which describe every layer of the model."""
_NODES, _PATH, _TEXT = 1, 3, 5


def is_saved_model(path: Path) -> bool:
    """Whether this is a folder as TensorFlow saves models."""
    try:
        return path.is_dir() and ((path / GRAPH).is_file() or (path / METADATA).is_file())
    except OSError:  # a name longer than a path may be
        return False


def text_in(path: Path) -> bytes:
    """The model's metadata as JSON. Raises ConfigError where there are none, or it is damaged."""
    file = path / METADATA
    if not file.is_file():
        raise ConfigError(
            f"{path} is a SavedModel that holds a graph of TensorFlow and no layers of Keras, as "
            "`model.export` writes it. Save the model itself with `model.save('model.keras')`, or "
            "count the Python function that builds it (package.module:build)."
        )
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST:
        raise ConfigError(f"{file} must be at most {LARGEST:,} bytes. It is larger.")
    try:
        for number, node in _fields(data):
            fields = dict(_fields(node)) if number == _NODES else {}
            if fields.get(_PATH) == b"root":
                return fields.get(_TEXT, b"")
    except (IndexError, ValueError) as error:
        raise ConfigError(f"{file} is damaged. Save the model again.") from error
    raise ConfigError(f"{file} does not describe a model. Save the model again.")


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbers and contents of a message's texts and messages; its numbers are passed over.

    Raises ValueError or IndexError where this is no message.
    """
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        match key & 7:
            case 0:
                _, at = _number(data, at)
            case 1:
                at += 8
            case 2:
                length, at = _number(data, at)
                if at + length > len(data):
                    raise ValueError("a field ends behind the message")
                yield key >> 3, data[at : at + length]
                at += length
            case 5:
                at += 4
            case _:
                raise ValueError(f"a field of the kind {key & 7}")


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins there, seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
        if shift > 63:
            raise ValueError("a number without an end")
