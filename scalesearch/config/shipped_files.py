"""Finding configurations by name: those shipped and those of the current folder."""

from collections.abc import Callable
from pathlib import Path

from scalesearch.config.function_names import CODE, function_hint
from scalesearch.config.network_files import read_network
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.spelling import suggestion
from scalesearch.errors import ConfigError

_PACKAGE = Path(__file__).parent.parent
_LOCAL = (Path("configs"), Path("configs/scaled"))


def shipped_folder() -> Path:
    """`scalesearch/shipped` in an installed package, `configs` beside it in a checkout."""
    installed = _PACKAGE / "shipped"
    return installed if installed.is_dir() else _PACKAGE.parent / "configs"


def find_network(name_or_path: str) -> Path:
    """The file of a baseline: a path to YAML, a shipped name, or a name under ./configs.

    Raises ConfigError with the nearest names where there is none, or with how to give the Python
    function that is meant.
    """
    return _find(name_or_path, "baseline", (shipped_folder(), *_LOCAL), function_hint)


def load_network(name_or_path: str) -> TableNetwork:
    """The network that `find_network` finds. Raises ConfigError as it and `read_network` do."""
    return read_network(find_network(name_or_path))


def find_profile(name_or_path: str) -> Path:
    """The file of a profile: a path to YAML, a shipped name, or a name under ./configs/profiles.

    Raises ConfigError with the nearest names where there is none.
    """
    return _find(name_or_path, "profile", (shipped_folder() / "profiles", _LOCAL[0] / "profiles"))


def _find(
    name: str,
    what: str,
    folders: tuple[Path, ...],
    hint: Callable[[str], str] = lambda name: "",
) -> Path:
    path = Path(name)
    looks_like_path = path.suffix.lower() in (".yaml", ".yml") or len(path.parts) > 1
    try:
        code = path.suffix in CODE and hint(name)
        if not code and (path.is_file() or (looks_like_path and path.exists())):
            return path
        if not looks_like_path and name:
            for folder in folders:
                if (folder / f"{name}.yaml").is_file():
                    return folder / f"{name}.yaml"
    except (OSError, ValueError) as error:  # a name too long, or with a NUL character
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"No {what} can be named {name[:60]!r}: {reason}.") from error
    if meant := hint(name):
        raise ConfigError(f"There is no {what} {name!r}. {meant}")
    known = sorted({found.stem for folder in folders for found in folder.glob("*.yaml")})
    near = suggestion(path.stem, known)
    if looks_like_path:
        raise ConfigError(f"There is no file {name}. Give a {what} by its YAML or its name{near}.")
    near = near or f" (known: {', '.join(known)})"
    raise ConfigError(f"There is no {what} {name!r}{near}. Give such a name, or a path to a YAML.")
