"""The modules of the package, and what each imports, read from their text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import scalesearch

PACKAGE = Path(scalesearch.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def _name(file: Path) -> str:
    parts = ("scalesearch", *file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


MODULES = {_name(file): file for file in FILES}


def imports(file: Path, root: Path = PACKAGE.parent) -> Iterator[str]:
    """Dotted names of all that a file imports: at its top, in functions, and for types alone.

    A module that is imported from its package is told whole, and else the module it comes from.
    """
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            folder = file.relative_to(root).parts[: -node.level] if node.level else ()
            module = ".".join((*folder, *([node.module] if node.module else [])))
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if whole in MODULES or module == "tests" else module
