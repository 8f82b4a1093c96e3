"""The code that a function's networks come from: found, summed up, compared with what it was.

It is the function's module, what that imports, and what that imports in turn: a user's modules by
what they do (see `syntax.py`), packages from an index by their version. With it go files beside
them that were read while the module was imported or its function called (see `files_read.py`).
"""

import ast
import os
import sys
import sysconfig
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import metadata
from importlib.machinery import ModuleSpec
from pathlib import Path

from scalesearch.source_code import files_read
from scalesearch.source_code.file_digests import digest
from scalesearch.source_code.syntax import imported, parsed, weight_files

Code = dict[str, str]
"""Hashes of files by their names from where modules are found, and versions of packages."""

_LIBRARY = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")}
_PINNED_ANYWAY = {"scalesearch", "tensorflow", "keras", "numpy"}
"""What every study is pinned to the versions of."""
_PACKAGE = "package "  # before the name of one
_GONE = "gone"


def code_of(module: str, earlier: Code | None = None) -> Code:
    """What decides the networks of functions in `module`, which has been imported, as it is now.

    `earlier` is what another process has found. Then what that has read is looked at, rather than
    what this one has; and which packages there are is not found out again, which takes a second
    where many are installed.
    """
    found: Code = {}
    files: dict[str, Path | None] = {}
    foreign: set[str] = set()  # topmost modules that are not followed
    read = set() if earlier else files_read.seen()
    here = Path.cwd()
    waiting = deque([*_parts(module), *_parts(getattr(sys.modules.get(module), "__name__", ""))])
    while waiting:
        name = waiting.popleft()
        top = name.partition(".")[0]
        if name in files or top in foreign:
            continue
        spec = _spec(name)
        file = files[name] = _file(spec)
        if spec is None or file is None:
            continue
        label = _label(spec, file)
        if (packages := _brought_by(top, file, label, earlier)) is not None:
            foreign.add(top)
            found |= packages
            continue
        content = _content(spec, file)
        found[label] = digest(file, content)
        tree = parsed(content) if file.suffix == ".py" else None
        if tree is not None:
            waiting += _imports(spec, tree)
            read |= {place / each for each in weight_files(tree) for place in (file.parent, here)}
    root = _root(module)
    for file in files_read.own(read, {root, here}) - set(files.values()):
        found[os.path.relpath(file, root)] = digest(file, _bytes(file))
    again = {name: _again(name, root) for name in earlier or () if name not in found}
    return dict(sorted({**found, **again}.items()))


def changed(before: Iterable[tuple[str, str]], module: str) -> list[str]:
    """Names of what is not as it was when `code_of` gave `before`, in their order."""
    then = dict(before)
    now = code_of(module, then)
    return [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]


def have(names: Sequence[str]) -> str:
    """The names as the subject of a sentence: "a.py and b.py have"."""
    shown = list(names) if len(names) < 5 else [*names[:3], f"{len(names) - 3} other files"]
    *first, last = shown
    return f"{', '.join(first)} and {last} have" if first else f"{last} has"


def _parts(name: str) -> Iterator[str]:
    """ "a.b.c" as "a", "a.b", "a.b.c": importing the last runs them all."""
    parts = name.split(".") if name else []
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _spec(name: str) -> ModuleSpec | None:
    """Where the module is found; None where there is none. Nothing is imported."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    if isinstance(spec, ModuleSpec):
        return spec
    parent, _, _ = name.rpartition(".")
    above = _spec(parent) if parent else None
    places = None if above is None else above.submodule_search_locations
    if parent and places is None:
        return None
    for finder in sys.meta_path:
        try:
            found = finder.find_spec(name, places)
        except Exception:  # of a finder from elsewhere: what it cannot find is not there for us
            continue
        if found is not None:
            return found
    return None


def _file(spec: ModuleSpec | None) -> Path | None:
    """The module's file, or its place in an archive; None for one that has none."""
    if spec is None or not spec.has_location or not spec.origin:
        return None
    return Path(spec.origin).resolve()


def _root(module: str) -> Path:
    """The folder that the module's topmost package or file lies in."""
    spec = _spec(module.partition(".")[0])
    places = list(spec.submodule_search_locations or ()) if spec else []
    file = _file(spec)
    if file is None:
        return Path(places[0]).resolve().parent if places else Path.cwd()
    return file.parent.parent if places else file.parent


def _brought_by(top: str, file: Path, label: str, earlier: Code | None) -> Code | None:
    """The packages that brought a file which is not followed, with their versions; else None.

    Followed are the user's own modules, and what was installed from a folder, an archive or a
    repository (PEP 610): its version may stay while its code changes.
    """
    if top in _PINNED_ANYWAY:
        return {}
    if not files_read.INSTALLED & set(file.parts):
        return {} if any(map(file.is_relative_to, _LIBRARY)) else None
    if earlier is not None:
        return None if label in earlier else {}
    found = [metadata.distribution(name) for name in _distributions(top)]
    if not found or any(each.read_text("direct_url.json") for each in found):
        return None
    return {f"{_PACKAGE}{each.metadata['Name']}": each.version for each in found}


def _again(name: str, root: Path) -> str:
    """What stands for a file or package now that was found earlier by that name."""
    if name.startswith(_PACKAGE):
        try:
            return metadata.version(name.removeprefix(_PACKAGE))
        except (metadata.PackageNotFoundError, ValueError):
            return _GONE
    file = (root / name).resolve()
    # A study from elsewhere may name anything.
    inside = file.is_relative_to(root) or file.is_relative_to(Path.cwd().resolve())
    return digest(file, _bytes(file)) if inside else _GONE


@lru_cache(maxsize=1024)
def _distributions(top: str) -> tuple[str, ...]:
    try:
        return (metadata.distribution(top).metadata["Name"],)
    except metadata.PackageNotFoundError:
        return tuple(dict.fromkeys(_by_module().get(top, ())))


@lru_cache(maxsize=1)
def _by_module() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())  # half a second where much is installed


def _label(spec: ModuleSpec, file: Path) -> str:
    """The module's file by its place under the folder that modules are found in."""
    inside = "/__init__" if spec.submodule_search_locations is not None else ""
    return f"{spec.name.replace('.', '/')}{inside}{file.suffix}"


def _imports(spec: ModuleSpec, tree: ast.Module) -> list[str]:
    """Names of all modules that importing the file, or calling what it holds, may import."""
    is_package = spec.submodule_search_locations is not None
    package = spec.name if is_package else spec.name.rpartition(".")[0]
    return [part for name in imported(tree, package) for part in _parts(name)]


def _content(spec: ModuleSpec, file: Path) -> bytes:
    """The module's bytes, also from a zip archive; none where they cannot be read."""
    get_data = getattr(spec.loader, "get_data", None)
    try:
        return bytes(get_data(spec.origin)) if get_data else _bytes(file)
    except OSError:
        return b""


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.is_file() else b""
    except OSError:
        return b""
