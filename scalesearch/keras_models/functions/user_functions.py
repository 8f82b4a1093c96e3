"""A user's functions: imported from their modules, run, and pinned to the code that they are."""

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

from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.plain_text import one_line
from scalesearch.core.spelling import suggestion
from scalesearch.errors import ConfigError, StudyError
from scalesearch.keras_models import files_read, function_code
from scalesearch.keras_models.module_search import no_module

ARGUMENTS = ("depth", "width", "resolution", "classes")


@functools.lru_cache(maxsize=64)
def function_of(builder: str) -> tuple[Callable[..., Any], Path]:
    """The function package.module:name, and the file that it is written in.

    Raises ConfigError where there is none, its module cannot be imported, or it takes other
    arguments than `ARGUMENTS`.
    """
    module_name, _, name = builder.partition(":")
    folder = os.getcwd()
    if folder not in sys.path:  # an installed command does not look into the current folder
        sys.path.insert(0, folder)
    try:
        with users_code():
            module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise no_module(error.name, builder) from error
        raise ConfigError(
            f"{module_name} cannot be imported: {error}. Install that, or, where it is a module of "
            "your own, run in the folder that holds it."
        ) from error
    except (Exception, SystemExit) as error:
        raise ConfigError(
            f"{module_name} cannot be imported: {blamed(error, None)}. Mend it there."
        ) from error
    function = getattr(module, name, None)
    if not callable(function):
        known = [each for each, value in vars(module).items() if inspect.isfunction(value)]
        raise ConfigError(
            f"The module {module_name} has no function {name!r}{suggestion(name, known)}. Give one "
            f"that takes ({', '.join(ARGUMENTS)})."
        )
    try:
        signature = inspect.signature(function)
        signature.bind(**dict.fromkeys(ARGUMENTS))
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"{builder} must take the arguments ({', '.join(ARGUMENTS)}): {error}. Name them so."
        ) from error
    return function, _file(function, module)


def _file(function: Callable[..., Any], module: ModuleType) -> Path:
    """The file that a callable of any kind is written in; where unknown, that of its module."""
    written: Any = inspect.unwrap(function)
    while isinstance(written, functools.partial):
        written = inspect.unwrap(written.func)
    if not inspect.isroutine(written) and not inspect.isclass(written):
        written = type(written)  # of an instance that can be called
    try:
        file = inspect.getsourcefile(written)
    except (TypeError, OSError):  # of one that is compiled, or made without a file
        file = None
    return Path(file or getattr(module, "__file__", None) or "")


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
    here = Path(__file__).parents[2]  # the package
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


def source_of(builder: str) -> tuple[tuple[str, str], ...]:
    """What the function's networks come from as it is now (see `FunctionNetwork.source`).

    Raises ConfigError as `function_of`.
    """
    function_of(builder)
    return tuple(function_code.code_of(_module(builder)).items())


def check_source(network: FunctionNetwork, since: str) -> None:
    """Raise StudyError where that is not what it was; `since` ends the sentence, and says more.

    Raises ConfigError as `function_of` where it is, and cannot be imported all the same.
    """
    failure = None
    try:
        function_of(network.builder)
    except ConfigError as error:  # perhaps for the change itself
        failure = error
    changed = function_code.changed(network.source, _module(network.builder))
    if changed:
        raise StudyError(f"{function_code.have(changed)} changed since {since}") from failure
    if failure:
        raise failure


def _module(builder: str) -> str:
    return builder.partition(":")[0]
