"""The code of a callable that a program hands over: of a module, a script or a notebook.

A module counts as a whole, with what it imports (see `function_code.py`). Of a script or notebook,
which also holds what has nothing to do with the function, counts the function's own source and what
that uses by name, in turn. Plain values that it is given (by a closure, a `functools.partial` or an
object that it belongs to) count too. What other objects hold, such as an array, is not looked at.
"""

import ast
import functools
import hashlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from scalesearch.errors import ConfigError
from scalesearch.source_code.file_digests import digest
from scalesearch.source_code.function_code import Code, code_of
from scalesearch.source_code.syntax import imported
from scalesearch.source_code.user_functions import definition

_MAIN = "__main__"
_PLAIN = (type(None), bool, int, float, complex, str, bytes)


def name_of(function: Callable[..., Any]) -> str:
    """The callable as module:qualified.name, such as "mine:train" or "__main__:make.<lambda>"."""
    written = definition(function)
    module = getattr(written, "__module__", None) or type(written).__module__
    return f"{module}:{getattr(written, '__qualname__', type(written).__qualname__)}"


def code_of_callable(function: Callable[..., Any]) -> Code:
    """Hashes by name of all that decides what the callable does, and versions of packages.

    Raises ConfigError where its source cannot be read.
    """
    found: Code = {}
    _Walk(found).take(function, "given")
    return dict(sorted(found.items()))


class _Walk:
    """Follows what a callable uses, and each thing once."""

    def __init__(self, found: Code) -> None:
        self._found = found
        self._modules: set[str] = set()
        self._taken: list[Any] = []  # kept alive, so that no two have one identity

    def take(self, value: Any, name: str) -> None:
        """Take in a value that goes by `name` where it is used."""
        if any(value is each for each in self._taken):
            return
        if isinstance(value, ModuleType):
            self._module(value.__name__)
        elif (text := _plain(value)) is not None:
            self._found[name] = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        elif callable(value):
            self._taken.append(value)
            self._callable(value, name)

    def _callable(self, function: Any, name: str) -> None:
        written = definition(function)
        module = getattr(written, "__module__", None) or _MAIN
        if module != _MAIN:
            self._module(module)
        elif written is not function:
            self.take(written, name)
        else:
            self._source(written)
        for inner, value in _given(function):
            self.take(value, f"{name} {inner}")

    def _module(self, name: str) -> None:
        if name not in self._modules and name != _MAIN:
            self._modules.add(name)
            self._found.update(code_of(name))

    def _source(self, written: Any) -> None:
        """Take in a function or class of a script or notebook, and what it uses by name."""
        try:
            text = textwrap.dedent(inspect.getsource(written))
        except (OSError, TypeError) as error:
            raise ConfigError(
                f"The source of {name_of(written)} cannot be read, so that no study can be pinned "
                "to it. Write it into a module, and import it from there."
            ) from error
        self._found[name_of(written)] = digest(Path("given.py"), text.encode("utf-8"))
        tree = _tree(text)
        for module in imported(tree, "") if tree else ():
            if module in sys.modules:
                self._module(module)
        main = vars(sys.modules[_MAIN])
        for name in sorted(set(_names(written, tree))):
            if name in main:
                self.take(main[name], f"{_MAIN}:{name}")


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):  # of a lambda, the lines that it begins and ends in
        return None


def _names(written: Any, tree: ast.Module | None) -> Iterator[str]:
    """Names that a definition uses; without its syntax tree, those that its bytecode has."""
    if tree is not None:
        yield from (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        return
    waiting = [getattr(written, "__code__", None)]
    while waiting:
        code = waiting.pop()
        if code is not None:
            yield from code.co_names
            waiting += [each for each in code.co_consts if inspect.iscode(each)]


def _given(function: Any) -> Iterator[tuple[str, Any]]:
    """What a callable holds beside its code, by name."""
    while isinstance(function, functools.partial):
        yield from ((f"argument {index}", value) for index, value in enumerate(function.args))
        yield from ((f"argument {name}", value) for name, value in function.keywords.items())
        function = function.func
    if inspect.ismethod(function):
        yield from _attributes(function.__self__)
        function = function.__func__
    function = inspect.unwrap(function)
    if inspect.isfunction(function):
        yield from inspect.getclosurevars(function).nonlocals.items()
    elif not inspect.isroutine(function) and not inspect.isclass(function):
        yield from _attributes(function)


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, ModuleType | type):
        yield from getattr(value, "__dict__", {}).items()


def _plain(value: Any) -> str | None:
    """A plain value as text that is equal for equal ones; None of any other."""
    if isinstance(value, _PLAIN):
        return repr(value)
    if isinstance(value, list | tuple):
        parts = [_plain(each) for each in value]
    elif isinstance(value, dict):
        parts = [_plain(each) for pair in value.items() for each in pair]
    else:
        return None
    known = [part for part in parts if part is not None]
    return f"{type(value).__name__} [{', '.join(known)}]" if len(known) == len(parts) else None
