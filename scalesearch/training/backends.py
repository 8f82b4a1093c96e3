"""How each kind of network is trained: one backend a kind, and the one place that picks it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.network_table import TableNetwork
from scalesearch.training.learner import Learner, Pooled
from scalesearch.training.model_backend.model_learner import ModelBackend
from scalesearch.training.table_backend.table_learner import TableBackend

N = TypeVar("N")
_N = TypeVar("_N", contravariant=True)
_W = TypeVar("_W")


class Backend(Protocol[_N, _W]):
    """What a kind of network `_N`, whose trained weights are a `_W`, needs to be trained and run.

    A further kind is a class like this and an entry in `BACKENDS`.
    """

    def check_source(self, network: _N, since: str) -> None:
        """Raise StudyError where what the network comes from is not what it was planned with.

        `since` ends the sentence, and says more.
        """

    def learner(self, network: _N, recipe: Recipe, seed: int) -> Learner:
        """The network before the first step, its weights drawn from `seed`."""

    def read(self, path: Path, network: _N) -> _W:
        """The trained weights in a file that `State.write` wrote; nothing in it is ever run.

        Raises StudyError where there is no such file, or it holds other than this network's.
        """

    def pooled(self, network: _N, trained: _W, images: np.ndarray) -> Pooled:
        """The network run on images uint8 (batch, height, width, channels).

        Raises ConfigError where it does not end in a global mean and one linear layer.
        """


BACKENDS: Mapping[type, Backend[Any, Any]] = {
    TableNetwork: TableBackend(),
    FunctionNetwork: ModelBackend(),
}
"""The backend of each kind of network."""


def backend_of(network: N) -> Backend[N, Any]:
    """The backend that trains networks of this kind."""
    return BACKENDS[type(network)]
