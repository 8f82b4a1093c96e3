"""Prepares images in a process of its own, so that the driver stays free of TensorFlow.

Run as a program (see `surroundings.program`): a JSON spec on standard input, the path of the
prepared images, or one sentence of what is wrong, as JSON on standard output.
"""

import json
import subprocess
import sys
from pathlib import Path

from scalesearch.data.image_cache import opened, prepare
from scalesearch.data.prepared_images import Prepared
from scalesearch.data.sources import source_of
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError
from scalesearch.surroundings import program


def prepared(data: DataSpec, folder: Path) -> Prepared:
    """The images of `data`, made under `folder` or found there. Raises DataError."""
    if not source_of(data).needs_tensorflow:
        return prepare(data, folder)
    asked = json.dumps({"data": data.to_json(), "folder": str(folder)})
    done = subprocess.run(
        **program(__name__),
        input=asked,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        raise DataError(
            f"`dataset` {data.dataset} could not be prepared (exit code {done.returncode}): "
            f"{' '.join(done.stderr.strip().splitlines()[-1:])[:600]}"
        ) from None
    if "error" in answer:
        raise DataError(answer["error"])
    return opened(Path(answer["path"]))


def main() -> None:
    """Answer one request on standard input."""
    asked = json.load(sys.stdin)
    try:
        answer = {"path": str(prepare(DataSpec(**asked["data"]), Path(asked["folder"])).path)}
    except DataError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer))
