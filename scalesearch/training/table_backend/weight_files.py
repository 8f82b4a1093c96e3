"""Trained weights on disk: one .npz a training, the two vectors that its network is scored with."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scalesearch.core.network_table import TableNetwork
from scalesearch.errors import StudyError, parameter
from scalesearch.files.whole_files import write_whole
from scalesearch.training.table_backend.weight_vector import normalised, weights_of


@dataclass(frozen=True, slots=True)
class Kept:
    """What a trained network needs to be run.

    Attributes:
        vector: trainable weights as they were scored, (weights,) float32, laid out by `weights_of`.
        statistics: moving means and variances of each normalisation, (2 * channels,) float32.
    """

    vector: np.ndarray
    statistics: np.ndarray


def write(path: Path, kept: Kept) -> None:
    """Write the two vectors whole. Raises StudyError for the disk."""
    content = io.BytesIO()
    np.savez(content, vector=kept.vector, statistics=kept.statistics)
    write_whole(path, content.getvalue(), StudyError)


def read(path: Path, network: TableNetwork) -> Kept:
    """The weights of `network` in the file; nothing in it is ever run.

    Raises StudyError where there is no such file, or it holds other than this network's weights.
    """
    try:
        arrays = arrays_in(path)
        kept = Kept(arrays["vector"], arrays["statistics"])
    except KeyError as error:
        raise unreadable(path, error) from error
    sizes = (sum(weight.size for weight in weights_of(network)), 2 * sum(normalised(network)))
    for name, values, size in zip(
        ("vector", "statistics"), (kept.vector, kept.statistics), sizes, strict=True
    ):
        if values.shape != (size,) or values.dtype != np.float32:
            raise StudyError(
                f"{path}: `{name}` must have shape ({size},) and type float32, as {network.name} "
                f"has. Got {values.shape} and {values.dtype}."
            )
        if not np.isfinite(values).all():
            raise StudyError(f"{path}: `{name}` must hold finite numbers alone. It does not.")
    return kept


def arrays_in(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a .npz file by name: no pickled objects, and nothing is unpacked.

    Our own are stored uncompressed, so that a small file cannot fill the memory. Raises StudyError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if any(each.compress_type != zipfile.ZIP_STORED for each in archive.infolist()):
                raise ValueError("its arrays are compressed, which ours are not")
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise StudyError(
            f"There are no weights {path}.",
            remedy="Run the same `scalesearch compare` to its end; where that training failed, or "
            f"its weights were removed, under another {parameter('study')} name.",
        ) from None
    except Exception as error:  # a torn archive leads NumPy and zipfile to nearly anything
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> StudyError:
    """What to raise where NumPy cannot read the file."""
    return StudyError(f"{path} holds no weights that can be read ({error}).")
