"""What a long measurement has measured so far, in a folder, so that it can be gone on with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Memo:
    """Named results as lines of JSON in the file `measured.jsonl` of `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._file = folder / "measured.jsonl"
        self._known: dict[str, Any] = {}
        if self._file.exists():
            self._known = dict(map(json.loads, self._file.read_text("utf-8").splitlines()))

    def of(self, name: str, measure: Callable[[], Any]) -> Any:
        """What was measured under `name` before, or what `measure` gives: plain JSON values."""
        if name not in self._known:
            self._known[name] = measure()
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps([name, self._known[name]]) + "\n")
        return self._known[name]
