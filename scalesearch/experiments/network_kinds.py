"""What the use cases do differently for tables and for Python functions: one object a kind.

`kind_of` is the one place here that asks which kind a network is. A further kind is a class like
those of `table_kind` and `function_kind`, and a branch of `kind_of`.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from scalesearch.core.network_table import TableNetwork
from scalesearch.experiments.table_kind import TableKind

if TYPE_CHECKING:
    from scalesearch.config.profiles import Profile
    from scalesearch.config.recipe import Recipe
    from scalesearch.core.memory import Model
    from scalesearch.data.facts import DataFacts

N = TypeVar("N")


class NetworkKind(Protocol[N]):
    """What the use cases need to know of a kind of network `N`."""

    @property
    def kept_ready(self) -> bool:
        """Whether a network that is trained more than once keeps a process of its own."""

    def document(self, network: N) -> dict[str, Any]:
        """Name, sizes and exact counts for one image, and what they are made of, fit for JSON.

        `resolution` is pixels a side, or "224x160" where it is no square. A table has its `stages`,
        the last of which is the classifier; the network of a function, whose blocks nobody knows,
        the `layers` of its model.
        """

    def layers(self, network: N) -> list[dict[str, Any]]:
        """One entry a layer that costs something; of a table with its normalisation and activation.

        `calls` is how often the layer is called.
        """

    def write(self, network: N, path: Path, provenance: Mapping[str, Any]) -> None:
        """Write the network as a YAML file, which is a baseline again, and where it comes from.

        Raises ConfigError where it cannot be written.
        """

    def published(self, network: N) -> TableNetwork:
        """The table whose scaled forms were published. Raises ConfigError where there is none."""

    def proxy(
        self,
        baseline: N,
        profile: "Profile",
        facts: "DataFacts",
        tell: Callable[[str], None],
        literal: bool = False,
    ) -> N:
        """The baseline's proxy for these data, by the profile's resolution, width and depth.

        With `literal` a table's proxy is scaled with the baseline's own rounding. Raises
        ScaleSearchError where there is none.
        """

    def try_training(
        self, networks: Iterable[N], recipe: "Recipe", tell: Callable[[str], None]
    ) -> None:
        """Make sure that these networks can be trained. Raises BuildError where they cannot."""

    def source(self, network: N) -> tuple[tuple[str, str], ...]:
        """The code that the network comes from (`FunctionNetwork.source`); of a table none."""

    def pinned(self, network: N, source: tuple[tuple[str, str], ...]) -> N:
        """The same network, said to come from this code."""

    def model(self, network: N) -> "Model | None":
        """What the prediction of memory needs to know of its model; None where the network says it.

        The model is built for it, with shapes alone.
        """


def kind_of(network: N) -> NetworkKind[N]:
    """What this network's kind does."""
    kind: NetworkKind[Any] = TableKind()
    if not isinstance(network, TableNetwork):
        # What only functions need stays out of the start of every command on a table.
        from scalesearch.experiments.function_kind import FunctionKind

        kind = FunctionKind()
    return kind
