"""Nothing that was read from a file is executed: what the package may never import or call."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import scalesearch

PACKAGE = Path(scalesearch.__file__).parent
FORBIDDEN = {
    "pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "dbm",
    "jsonpickle", "code", "codeop", "runpy",
}  # fmt: skip
"""Modules that make objects or code of bytes."""
CALLS = {"eval", "exec", "compile", "__import__"}
METHODS = {
    "load_model", "read_pickle", "to_pickle", "func_load", "unsafe_load", "full_load", "load_all",
    "enable_unsafe_deserialization", "model_from_json", "system", "popen",
}  # fmt: skip
"""Names that run or unpickle what they are given, of whatever library."""
IMPORTERS = {
    "cli/app.py", "executors/fork_child.py", "source_code/user_functions.py",
}  # fmt: skip
"""Import by name: the commands, the trainer that is ours, and the user's function that --baseline
or `trainer` names."""


def parsed() -> Iterator[tuple[str, ast.AST]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            yield file.relative_to(PACKAGE).as_posix(), node


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def called(node: ast.AST) -> str:
    """The dotted name of what is called, such as "np.load"; empty where it has none."""
    if not isinstance(node, ast.Call):
        return ""
    parts, inner = [], node.func
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    return ".".join(reversed([*parts, inner.id] if isinstance(inner, ast.Name) else parts))


def test_no_module_that_unpickles_is_imported() -> None:
    found = [
        (file, name)
        for file, node in parsed()
        for name in imported(node)
        if name.split(".")[0] in FORBIDDEN
    ]
    assert not found


def test_no_text_is_run_as_code() -> None:
    found = [
        (file, name)
        for file, node in parsed()
        if (name := called(node))
        if name in CALLS or name.split(".")[-1] in METHODS
    ]
    assert found == [("__init__.py", "__import__")]  # of the rooms that it lists itself


def test_arrays_are_loaded_without_pickled_objects() -> None:
    loads = [(file, node) for file, node in parsed() if called(node) in ("np.load", "numpy.load")]
    assert len(loads) >= 3
    for file, node in loads:
        assert isinstance(node, ast.Call)
        given = {word.arg: word.value for word in node.keywords}
        safe = given.get("allow_pickle")
        assert isinstance(safe, ast.Constant), (file, node.lineno)
        assert safe.value is False, (file, node.lineno)


def test_yaml_is_taken_apart_by_its_events_alone() -> None:
    """No loader of PyYAML constructs anything, so no tag can name what to make."""
    for file, node in parsed():
        name = called(node)
        if name.startswith("yaml."):
            assert (file, name) == ("config/yaml_nodes.py", "yaml.parse")


def test_modules_are_imported_by_name_in_few_places_only() -> None:
    found = {file for file, node in parsed() if called(node).split(".")[-1] == "import_module"}
    assert found == IMPORTERS


def test_programs_of_ours_are_started_in_two_ways_that_settle_them_first() -> None:
    found = {file for file, node in parsed() if "sys.executable" in ast.unparse(node)}
    assert found == {"surroundings.py", "executors/fork_server.py"}


@pytest.mark.parametrize("reader", ["json.loads", "json.load"])
def test_json_of_a_file_is_read_in_one_place(reader: str) -> None:
    """Elsewhere it is a message of our own process, or checked against a hash or by its parts."""
    own = {
        "files/json_files.py", "studies/lock.py", "studies/settings.py", "executors/fork_child.py",
        "executors/fork_server.py", "executors/child_handle.py", "experiments/measurements.py",
        "keras_models/latency.py",
        "data/cache_process.py", "studies/storage.py", "studies/archive_reader.py",
        "training/checkpoints.py", "keras_models/saved_files/keras_hdf5.py", "studies/tally.py",
        "executors/fork_loop.py",
    }  # fmt: skip
    assert {file for file, node in parsed() if called(node) == reader} <= own


def test_csv_is_written_and_read_in_one_place() -> None:
    found = {
        file
        for file, node in parsed()
        if any(name.split(".")[0] == "csv" for name in imported(node))
    }
    assert found == {"files/csv_files.py"}
