"""Names that seem to mean a Python function, and how that is given."""

import re
from pathlib import Path

from scalesearch.config.yaml_nodes import MAX_BYTES
from scalesearch.errors import ConfigError
from scalesearch.files.whole_files import read_whole

FORM = "package.module:function"
_FUNCTION = "FUNCTION"  # where its name is not known
CODE = (".py", ".ipynb")
"""Endings of files that hold functions."""
_MARK = re.compile(rb"^(\xef\xbb\xbf)?builder\s*:", re.MULTILINE)


def is_built(path: Path | str) -> bool:
    """Whether the file is YAML that names a Python function, not a table."""
    try:
        return _MARK.search(read_whole(path, MAX_BYTES, ConfigError)) is not None
    except (OSError, ConfigError):  # read as a table, it is refused with its reason
        return False


def function_hint(name: str) -> str:
    """How to give the function that `name` seems to mean, in sentences; "" where there is none.

    There is none where it is given rightly, or seems to mean no function.
    """
    where, function = _parts(name)
    path = Path(where)
    file = path.with_suffix("") if path.suffix in CODE else path
    far = file.is_absolute() or ".." in file.parts
    names = [file.name] if far else file.as_posix().split("/")
    module = ".".join(names)
    if not all(module.split(".")):
        return f"A Python function is given as {FORM}." if ":" in name else ""
    legal = ".".join(re.sub(r"\W|^(?=\d)", "_", part) for part in module.split("."))
    right = f"{legal}:{function if function.isidentifier() else _FUNCTION}"
    if right == name:
        return ""
    said = [f"A Python function is given as {FORM}, here {right}"]
    if far:
        said[0] += f", in the folder {file.parent}"
    if path.suffix == ".ipynb":
        said.append(f"A notebook cannot be imported: write the function into {legal}.py")
    elif legal != module:
        there, here = (f"{each.replace('.', '/')}.py" for each in (module, legal))
        said.append(f"Python imports nothing of such a name: rename {there} to {here}")
    return " ".join(f"{sentence}." for sentence in said)


def _parts(name: str) -> tuple[str, str]:
    """The module or its file, and the function, as far as they can be told; "" where not."""
    where, colon, function = name.partition(":")
    if colon:
        return where, function.strip(":").partition("(")[0].strip()
    if where.endswith(CODE):
        return where, ""
    before, _, last = where.partition("(")[0].rpartition(".")
    if last.lower() in ("yaml", "yml"):
        return "", ""
    for module, end in ((before, last), (where, "")):
        if module and Path(f"{module.replace('.', '/')}.py").is_file():
            return module, end
    return "", ""
