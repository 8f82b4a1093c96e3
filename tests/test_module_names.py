"""A module is a noun of the field, and no two are told apart by a folder or a participle."""

from collections import Counter

from scalesearch.cli.app import COMMANDS
from tests.modules import MODULES

NOUNS = {"counting", "listing", "scaling", "spelling", "training"}
"""Words of the field that end as participles do."""


def _names() -> list[str]:
    """Of modules and rooms, without their folders.

    A command's module bears the command's name, whatever what it calls is named: `cli.scale` and
    `core.scaling` are no twins.
    """
    commands = {f"scalesearch.cli.{name}" for name in COMMANDS}
    own = (module for module in MODULES if module not in commands and module[-2:] != "__")
    return [module.rpartition(".")[2] for module in own]


def test_no_two_modules_share_a_name() -> None:
    assert {name for name, count in Counter(_names()).items() if count > 1} == set()


def test_no_module_is_named_by_a_participle() -> None:
    """So that none is told from another by one, such as `plan`, `planned` and `planning`."""
    last = {name: name.rpartition("_")[2] for name in _names()}
    found = {name for name, word in last.items() if word.endswith(("ing", "ed"))}
    assert {name for name in found if last[name] not in NOUNS} == set()


def test_no_module_is_told_from_another_by_a_participle() -> None:
    stems = Counter(_stem(name) for name in set(_names()))
    assert {stem for stem, count in stems.items() if count > 1} == set()


def _stem(name: str) -> str:
    """The name without a participle's ending: `planning`, `planned` and `plan` have one stem."""
    for ending in ("ing", "ed"):
        if len(name) > len(ending) + 2 and name.endswith(ending):
            name = name.removesuffix(ending)
            return name[:-1] if name[-1] == name[-2] else name
    return name.removesuffix("e")
