"""Names of tensorflow-datasets: where one lies on disk, and which there are. No TensorFlow."""

import os
import re
from pathlib import Path

from scalesearch.core.spelling import nearest
from scalesearch.errors import DataError

DEFAULT_DATA_DIR = "~/tensorflow_datasets"  # tensorflow-datasets' own default

_NAME = re.compile(r"(?P<name>[^/:]*)(/(?P<config>[^:]*))?(:(?P<version>.*))?", re.DOTALL)
_VERSION = re.compile(r"\d+\.\d+\.\d+")


def data_folder(data_dir: str | None) -> Path:
    """The folder that holds datasets: `data_dir`, else $TFDS_DATA_DIR, else the home's."""
    return Path(data_dir or os.environ.get("TFDS_DATA_DIR") or DEFAULT_DATA_DIR).expanduser()


def find(dataset: str, data_dir: str | None) -> Path | None:
    """The folder of the dataset's newest (or named) version, None where it is not on disk.

    Raises DataError where the name leaves open which of several configs is meant.
    """
    parts = _parts(dataset)
    root = data_folder(data_dir) / str(parts["name"])
    configs = [root / parts["config"]] if parts["config"] else [root, *_folders(root)]
    found: dict[Path, list[Path]] = {}
    for config in configs:
        versions = [folder for folder in _folders(config) if _holds(folder, parts["version"])]
        if versions:
            found[config] = versions
    if len(found) > 1:
        names = ", ".join(f"{root.name}/{config.name}" for config in found)
        raise DataError(f"`dataset` {dataset} has several configs under {root}. Name one: {names}.")
    for versions in found.values():
        return max(versions, key=lambda folder: [int(n) for n in folder.name.split(".")])
    return None


def full_name(dataset: str, data_dir: str | None, version: Path) -> str:
    """The name with config and version, of a dataset whose `find` is `version`."""
    config = version.parent.relative_to(data_folder(data_dir))
    return f"{config.as_posix()}:{version.name}"


def name_of(dataset: str, config: str | None, version: str) -> str:
    """The dataset's name with this config and version in place of those that were asked for."""
    name = str(_parts(dataset)["name"])
    return f"{name}/{config}:{version}" if config else f"{name}:{version}"


def _parts(dataset: str) -> dict[str, str | None]:
    """ "name", "config" and "version" of name/config:1.0.0, None where not given."""
    found = _NAME.fullmatch(dataset)
    assert found is not None, "the pattern takes any text"
    return found.groupdict()


def _holds(folder: Path, version: str | None) -> bool:
    right = folder.name == version if version else _VERSION.fullmatch(folder.name)
    return bool(right) and (folder / "dataset_info.json").is_file()


def _folders(path: Path) -> list[Path]:
    return sorted(entry for entry in path.iterdir() if entry.is_dir()) if path.is_dir() else []


def beside(dataset: str, data_dir: str | None) -> str:
    """What of the same name is there, in words."""
    root = data_folder(data_dir) / str(_parts(dataset)["name"])
    there = [
        str(info.parent.relative_to(root))
        for depth in ("*", "*/*")
        for info in sorted(root.glob(f"{depth}/dataset_info.json"))
    ]
    return f" (there is {', '.join(there)})" if there else ""


def refuse_unknown(dataset: str, data_dir: str | None, others: tuple[str, ...]) -> None:
    """Raise DataError, with the nearest names, for a name that stands nowhere.

    `others` are names of other sources, and prefixes with their colon.
    """
    name = str(_parts(dataset)["name"])
    on_disk = [folder.name for folder in _folders(data_folder(data_dir))]
    shipped = registered()
    if name in shipped or name in on_disk:
        return
    listed = (f"{each}PATH" if each.endswith(":") else each for each in others)
    named = (each for each in others if not each.endswith(":"))
    raise DataError(
        f"`dataset` {dataset!r} is not known. It must be {', '.join(listed)}, a name "
        "of tensorflow-datasets such as cifar10 or cifar10:3.0.2, or a dataset under "
        f"{data_folder(data_dir)}." + named_nearest(name, [*named, *on_disk, *shipped])
    )


def named_nearest(name: str, known: list[str]) -> str:
    """The known names that are most like `name`, as a sentence; "" where none is."""
    near = nearest(name, known, 0.6)
    return f" Nearest names: {', '.join(near)}." if near else ""


def registered() -> list[str]:
    """All names that tensorflow-datasets ships; takes about half a second, no TensorFlow."""
    import tensorflow_datasets as tfds

    return list(tfds.list_builders(with_community_datasets=False))
