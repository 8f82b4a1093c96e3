"""What differs by the kind of a network is picked in few places; nobody else asks for the kind."""

import ast
from collections.abc import Iterator

import pytest

from tests.modules import MODULES

KINDS_OF_NETWORKS = {"TableNetwork", "FunctionNetwork"}
PICK_BY_KIND = {
    "scalesearch.experiments.network_kinds": "what the use cases do differently",
    "scalesearch.training.backends": "how each kind is trained",
    "scalesearch.keras_models.network_models": "how its Keras model is built",
}
"""The only modules that ask which kind a network is, and what for: in one place each."""


def _questions(tree: ast.AST) -> Iterator[int]:
    """The lines that tell networks apart by their class."""

    def named(*nodes: ast.AST | None) -> bool:
        found = (each for node in nodes if node for each in ast.walk(node))
        names = {each.id for each in found if isinstance(each, ast.Name)}
        return not names.isdisjoint(KINDS_OF_NETWORKS)

    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("isinstance" | "issubclass"), args=[_, kinds]):
                asks = named(kinds)
            case ast.Compare(left, _, others):
                asks = named(left, *others)
            case ast.Dict(keys):
                asks = named(*keys)
            case ast.match_case(ast.MatchClass(kind)):
                asks = named(kind)
            case _:
                asks = False
        if asks:
            yield getattr(node, "lineno", 0)


@pytest.mark.parametrize(
    "code",
    [
        "isinstance(network, str | TableNetwork)",
        "issubclass(kind, (int, FunctionNetwork))",
        "type(network) is not FunctionNetwork",
        "{TableNetwork: 1}[type(network)]",
        "match network:\n    case TableNetwork():\n        pass",
    ],
)
def test_the_ways_to_ask_for_a_kind_of_network_are_known(code: str) -> None:
    assert len(list(_questions(ast.parse(code)))) == 1


def test_nobody_but_the_tables_of_kinds_asks_which_kind_a_network_is() -> None:
    asking = {
        module
        for module, file in MODULES.items()
        if any(_questions(ast.parse(file.read_text(encoding="utf-8"))))
    }
    assert asking == set(PICK_BY_KIND)
