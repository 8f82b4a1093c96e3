"""A user's functions by their names: imported from their modules, and run where that is watched."""

import contextlib
import functools
import importlib
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from scalesearch.core.plain_text import one_line
from scalesearch.core.spelling import suggestion
from scalesearch.errors import ConfigError
from scalesearch.source_code import files_read
from scalesearch.source_code.module_search import no_module


def function_named(name: str, arguments: str) -> tuple[Callable[..., Any], ModuleType]:
    """The function package.module:function, and its module, which is imported here.

    `arguments` says what it takes, such as "(job, progress)". Raises ConfigError where there is
    none, or its module cannot be imported.
    """
    module_name, _, function_name = name.partition(":")
    folder = os.getcwd()
    if folder not in sys.path:  # an installed command does not look into the current folder
        sys.path.insert(0, folder)
    try:
        with users_code():
            module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise no_module(error.name, name) from error
        raise ConfigError(
            f"{module_name} cannot be imported: {error}. Install that, or, where it is a module of "
            "your own, run in the folder that holds it."
        ) from error
    except (Exception, SystemExit) as error:
        raise ConfigError(
            f"{module_name} cannot be imported: {blamed(error, None)}. Mend it there."
        ) from error
    function = getattr(module, function_name, None)
    if not callable(function):
        known = [each for each, value in vars(module).items() if inspect.isfunction(value)]
        raise ConfigError(
            f"The module {module_name} has no function {function_name!r}"
            f"{suggestion(function_name, known)}. Give one that takes {arguments}."
        )
    return function, module


def file_of(function: Callable[..., Any], module: ModuleType) -> Path:
    """The file that a callable of any kind is written in; where unknown, that of its module."""
    written = definition(function)
    try:
        file = inspect.getsourcefile(written)
    except (TypeError, OSError):  # of one that is compiled, or made without a file
        file = None
    return Path(file or getattr(module, "__file__", None) or "")


def definition(function: Callable[..., Any]) -> Any:
    """The function or class that a callable of any kind comes from: a partial's, an instance's."""
    written: Any = inspect.unwrap(function)
    while isinstance(written, functools.partial):
        written = inspect.unwrap(written.func)
    if not inspect.isroutine(written) and not inspect.isclass(written):
        written = type(written)  # of an instance that can be called
    return written


@contextlib.contextmanager
def users_code() -> Iterator[None]:
    """Run a user's code: what it reads is remembered, since that may decide what it builds.

    What it prints goes to standard error: standard output is for the answer. The current folder is
    what it was afterwards: what is written then belongs there.
    """
    folder = os.getcwd()
    try:
        with contextlib.redirect_stdout(sys.stderr), files_read.watched():
            yield
    finally:
        os.chdir(folder)


def blamed(error: BaseException, file: Path | None) -> str:
    """The exception, and where in the user's own file it came from."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({error.filename}, line {error.lineno})"
    here = Path(__file__).parent.parent
    frames = traceback.extract_tb(error.__traceback__)
    outside = [
        frame
        for frame in frames
        if here not in Path(frame.filename).parents
        and "site-packages" not in frame.filename
        and not frame.filename.startswith("<")
        and Path(inspect.__file__).parent not in Path(frame.filename).parents
    ]
    own = [frame for frame in frames if file is not None and Path(frame.filename) == file]
    said = one_line(str(error))[:500].rstrip(".")
    text = f"{type(error).__name__}: {said}" if said else type(error).__name__
    for frame in reversed(own or outside):
        return f"{text} ({frame.filename}, line {frame.lineno}, in {frame.name})"
    return text
