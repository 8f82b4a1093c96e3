"""What a comparison keeps for class maps: trained weights, and which images it was trained on."""

import json
from pathlib import Path

from scalesearch.errors import StudyError
from scalesearch.files.whole_files import write_whole

WEIGHTS = "weights"
"""Folder of a study that holds the trained weights."""
IMAGES = "images.json"
"""File of a study: its prepared images, by their folder under the results' data, their size and
channels."""


def weights_file(cell: str, seed: int) -> str:
    """Name of the file with the weights of one training."""
    return f"{cell}_seed{seed}.npz"


def note_images(folder: Path, name: str, size: int | str, channels: int) -> None:
    """Write down which prepared images the study in `folder` has. Raises StudyError."""
    text = json.dumps({"prepared": name, "size": size, "channels": channels}) + "\n"
    write_whole(folder / IMAGES, text.encode("utf-8"), StudyError)
