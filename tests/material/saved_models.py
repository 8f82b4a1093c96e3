"""Models as Keras 2 and 3 save them: HDF5, archives and folders, written by hand.

`tests/golden/keras2_models.json` has configurations as tf_keras 2.21 wrote them, without what says
how weights are kept, and the count_params() that it gave for each model.
"""

import json
import zipfile
from pathlib import Path

import h5py

from tests.places import ROOT

MODELS = json.loads((ROOT / "tests" / "golden" / "keras2_models.json").read_text())


def write_hdf5(path: Path, config) -> Path:
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.21.0"
    return path


def write_archive(path: Path, config) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    return path


def write_folder(path: Path, metadata) -> Path:
    """A SavedModel folder as Keras 2 left it, without the graph's content."""
    text = json.dumps(metadata).encode()
    node = field(3, b"root") + b"\x10\x07" + field(4, b"_tf_keras_network") + field(5, text)
    path.mkdir()
    (path / "saved_model.pb").write_bytes(b"")
    other = field(3, b"root.layer-0") + field(5, b"{}")
    (path / "keras_metadata.pb").write_bytes(field(1, other) + field(1, node))
    return path


def field(number: int, content: bytes) -> bytes:
    """A text in a protobuf message: key, length in seven bits a byte, content."""
    length, size = b"", len(content)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def keras2_forms(tmp_path: Path, name: str) -> list[Path]:
    found = MODELS[name]
    paths = [
        write_hdf5(tmp_path / "model.h5", found["hdf5"]),
        write_archive(tmp_path / "model.keras", found["archive"]),
    ]
    if "saved_model" in found:
        paths.append(write_folder(tmp_path / "model", found["saved_model"]))
    return paths


def keras2_model(*layers_of_it, inputs, outputs):
    """A functional model as Keras 2 wrote it; each layer is (class, configuration, calls)."""
    parts = [
        {"class_name": kind, "config": config, "name": config["name"], "inbound_nodes": calls}
        for kind, config, calls in layers_of_it
    ]
    ends = {"input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": {"name": "model", "layers": parts, **ends}}


def keras2_input(name, *shape):
    return ("InputLayer", {"name": name, "batch_input_shape": [None, *shape]}, [])
