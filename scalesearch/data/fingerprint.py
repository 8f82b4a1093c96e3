"""What prepared images are, as a hash: of their pixels and labels, wherever their files lie."""

import hashlib

import numpy as np


class Fingerprint:
    """A sha256 over arrays, each of which may come in parts."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def begin(self, name: str, dtype: np.dtype, shape: tuple[int, ...]) -> None:
        """The array `name` follows, of this dtype and shape."""
        self._digest.update(f"{name} {dtype.str} {shape}".encode())

    def add(self, values: np.ndarray) -> None:
        """The next values of the array that was begun."""
        self._digest.update(np.ascontiguousarray(values).data)

    def whole(self, name: str, values: np.ndarray) -> None:
        """An array at once."""
        self.begin(name, values.dtype, values.shape)
        self.add(values)

    def hexdigest(self) -> str:
        """64 hex digits."""
        return self._digest.hexdigest()
