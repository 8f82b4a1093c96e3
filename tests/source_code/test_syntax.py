"""Two files are the same code where a difference cannot change what they do."""

import ast

import pytest

from scalesearch.source_code.syntax import imported, parsed, plain

TEXT = """
import keras


def build(depth, width, kind="same"):
    x = {"a": [1, 2]}
    return x["a"][0] * depth + width
"""


def code(text: str) -> object:
    tree = parsed(text.encode())
    assert tree is not None
    return plain(tree)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import keras", "# of Keras 3\nimport keras  # the one"),
        ("import keras", '"""A network."""\n\n\n\nimport keras'),
        ("    x =", '    """What it builds.\n\n    And more.\n    """\n    x ='),
        ("    x =", '    "a string that stands for a comment"\n    x ='),
        ("    x =", "    pass\n    ...\n    x ="),
        ('"same"', "'same'"),
        ('"same"', '"sa" "me"'),
        ('{"a": [1, 2]}', '{\n        "a": [\n            0x1, 2,\n        ],\n    }'),
        ("return x", "return (x"),
        ("+ width", "+ \\\n        (width)"),
        ("    x =", "    # type: () -> int\n    x ="),
        ('[1, 2]}', '[1, 2]}  # type: dict[str, list[int]]'),
        ("\ndef build", '\nif __name__ == "__main__":\n    print(build(1, 1))\n\n\ndef build'),
        ("import keras", "import keras\nif TYPE_CHECKING:\n    from numpy import ndarray"),
        ("import keras", "import keras\nif False:\n    import torch"),
        ("\n", "\r\n"),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_no_difference(old: str, new: str) -> None:
    other = TEXT.replace(old, new)
    if new == "return (x":
        other = other.replace("+ width", "+ width)")
    assert other != TEXT
    assert code(other) == code(TEXT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[1, 2]", "[1, 3]"),
        ("[1, 2]", "[1.0, 2]"),
        ("[1, 2]", "[True, 2]"),
        ("[1, 2]", "[1, 2, None]"),
        ('"same"', 'b"same"'),
        ('"same"', '"valid"'),
        ("* depth", "/ depth"),
        ("depth + width", "(depth + width)"),
        ("import keras", "import keras as layers"),
        ("def build", "@keras.saving.register_keras_serializable()\ndef build"),
        ("import keras", 'import keras\n\nkeras.config.set_floatx("float16")'),
        ("import keras", "import keras\nif keras:\n    LAYERS = 3"),
        ("\ndef build", "\nclass A:\n    wide: bool\n\n\ndef build"),
        ("import keras", "import keras\nif TYPE_CHECKING:\n    A = 1\nelse:\n    A = 2"),
    ],
)
def test_what_may_change_something_is_a_difference(old: str, new: str) -> None:
    assert code(TEXT.replace(old, new)) != code(TEXT)


@pytest.mark.parametrize("text", ["def build(:", "x = 1\x00", "print 'two'", "(" * 5000])
def test_what_is_no_python_has_no_tree(text: str) -> None:
    assert parsed(text.encode()) is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("import a.b, c as d", {"a.b", "c"}),
        ("from a import b, c", {"a", "a.b", "a.c"}),
        ("from a import *", {"a"}),
        ("from . import b", {"pkg.sub", "pkg.sub.b"}),
        ("from .b import c", {"pkg.sub.b", "pkg.sub.b.c"}),
        ("from .. import b", {"pkg", "pkg.b"}),
        ("from ..b import c", {"pkg.b", "pkg.b.c"}),
        ("from .... import c", set()),
        ("def f():\n    import a", {"a"}),
        ("try:\n    import a\nexcept ImportError:\n    import b", {"a", "b"}),
        ("import importlib as i\ni.import_module('a.b')", {"importlib", "a.b"}),
        ("from importlib import import_module\nimport_module('.b', __package__)",
         {"importlib", "importlib.import_module", "pkg.sub.b"}),
        ("__import__('a')", {"a"}),
        ("import_module(name)", set()),
        ("if TYPE_CHECKING:\n    import a", set()),
    ],
)  # fmt: skip
def test_every_way_to_name_a_module_is_an_import(line: str, names: set[str]) -> None:
    tree = parsed(line.encode())
    assert isinstance(tree, ast.Module)
    assert set(imported(tree, "pkg.sub")) == names
