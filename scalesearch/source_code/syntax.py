"""What a Python file says once comments, formatting and docstrings are taken away.

Compared by syntax trees rather than by bytecode, which every version of Python writes otherwise.
"""

import ast
from collections.abc import Iterator
from typing import Any


def parsed(content: bytes) -> ast.Module | None:
    """The tree of what the file does when it is imported; None where it is no Python.

    Without statements that do nothing (docstrings, other bare constants, `pass`) and blocks that
    an import never runs (`if TYPE_CHECKING`, `if __name__ == "__main__"`, `if False`).
    """
    try:
        tree: ast.Module = _Effective().visit(ast.parse(content))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree


def plain(value: Any) -> Any:
    """The tree as nested lists: equal for files that differ in nothing that matters.

    Raises RecursionError for an expression nested some hundred levels deep.
    """
    if isinstance(value, ast.AST):
        # What is absent is left out, since later versions of Python know further fields.
        fields = [
            [name, plain(each)]
            for name, each in ast.iter_fields(value)
            if each is not None and each != [] and name not in ("kind", "type_comment")
        ]
        return [type(value).__name__, fields]
    if isinstance(value, list):
        return [plain(each) for each in value]
    return f"{type(value).__name__} {value!r}"


def imported(tree: ast.Module, package: str) -> Iterator[str]:
    """Absolute names that the file may import, in functions and branches too.

    Of `from a import b` both `a` and `a.b`, which may be a module or not. `package` is what
    relative names are meant from. Names that are computed are not among them.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute("." * node.level + (node.module or ""), package)
            if base:
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")
        elif isinstance(node, ast.Call) and _imports(node.func) and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield _absolute(name.value, package)


def weight_files(tree: ast.Module) -> Iterator[str]:
    """Names of HDF5 files that stand in the code: its library opens them unseen by Python."""
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and value.endswith((".h5", ".hdf5")):
            yield value


def _absolute(name: str, package: str) -> str:
    """The name without leading dots; "" where they lead out of the package."""
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    parts = package.split(".") if package else []
    if level > len(parts):
        return ""
    return ".".join([*parts[: len(parts) - level + 1], *filter(None, [name[level:]])])


def _imports(function: ast.expr) -> bool:
    named = getattr(function, "attr", getattr(function, "id", ""))
    return named in ("import_module", "__import__")


class _Effective(ast.NodeTransformer):
    """Takes away what does nothing."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Pass(self, node: ast.Pass) -> None:
        return None

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        return node.orelse if _never_holds(node.test) else node


def _never_holds(test: ast.expr) -> bool:
    if isinstance(test, ast.Constant):
        return not test.value
    if isinstance(test, ast.Compare):
        sides = {getattr(each, "id", getattr(each, "value", None)) for each in _sides(test)}
        return sides == {"__name__", "__main__"} and isinstance(test.ops[0], ast.Eq)
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


def _sides(test: ast.Compare) -> Iterator[ast.expr]:
    yield test.left
    yield from test.comparators
