"""What the surroundings say to the libraries below, where it would change or break a result.

One rule decides. A wish about devices, memory, threads, folders, logs or colours is left as it is.
What would make another number, another picture or a fault of the same command is taken away before
the library that would obey it is imported. Variables of TensorFlow and the like are taken away
unless they are known to be such a wish, so one that its next version brings makes no gap.
"""

import contextlib
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

_OF_TRAININGS = re.compile(
    r"(TF2?|ONEDNN|DNNL|PROTOCOL_BUFFERS)_.*|KERAS_(?!HOME$).*|XLA_FLAGS|NVIDIA_TF32_OVERRIDE"
)
_WISHES = re.compile(
    r"TF_(CPP|CUDA|GPU|NUM)_.*|TF_CONFIG|TF_FORCE_GPU_ALLOW_GROWTH|TF_FORCE_UNIFIED_MEMORY"
    r"|TF_(CPU_BFC_MEM|DEVICE_MIN_SYS_MEMORY|PER_DEVICE_MEMORY|PLUGGABLE_DEVICE).*"
    r"|(ONEDNN|DNNL)_VERBOSE"
)
"""Those among them that are about devices, memory, threads and logs."""
_OF_PROGRAMS = re.compile(
    r"MPLBACKEND|MATPLOTLIBRC|(PANDAS|PLOTLY|NPY|SCIPY|SKLEARN)_.*|PYTHON(WARNINGS|IOENCODING|INSPECT)"
)
"""Of pictures, tables and arrays; and of Python, for the programs that this one starts."""
_XLA_PLACES = re.compile(r"--xla_gpu_cuda_data_dir=\S+")
"""The one word of XLA_FLAGS that says where something lies. Words that are meant for another
version of XLA, such as JAX's, end the process."""

_Around = Callable[[], contextlib.AbstractContextManager[None]]


def settle() -> None:
    """Make a program of our own independent of its surroundings; to be called before all else.

    A library must not do so to the program that uses it: standard streams, warnings and pictures
    are that one's own. `settle_trainings` is for both.
    """
    _open_streams()
    _calm_warnings()
    _take_away(_OF_PROGRAMS)
    _at_import("matplotlib", _without_its_files)
    settle_trainings()


def settle_trainings() -> None:
    """See that TensorFlow and Keras come with their own defaults where they are yet to come."""
    if "tensorflow" not in sys.modules:  # which notes things for itself in such variables
        places = _XLA_PLACES.findall(os.environ.get("XLA_FLAGS", ""))
        _take_away(_OF_TRAININGS)
        if places:
            os.environ["XLA_FLAGS"] = " ".join(places)
    os.environ["KERAS_BACKEND"] = "tensorflow"
    _at_import("tensorflow.python.keras.backend", _without_keras_home)  # the older one in it
    _at_import("keras", _without_keras_json)


def program(module: str) -> dict[str, Any]:
    """What `subprocess` is given to run the `main` of a module of ours in a settled process.

    It finds what this one finds, and no module in the current folder besides: a `statistics.py`
    that lies there is the user's own.
    """
    code = f"from scalesearch.surroundings import settle; settle(); import {module} as m; m.main()"
    path = os.pathsep.join(filter(None, sys.path))
    return {"args": [sys.executable, "-P", "-c", code], "env": {**os.environ, "PYTHONPATH": path}}


def _take_away(names: re.Pattern[str]) -> None:
    for name in [name for name in os.environ if names.fullmatch(name)]:
        if not _WISHES.fullmatch(name):
            del os.environ[name]


def _open_streams() -> None:
    """Give standard streams that are closed to /dev/null.

    The next file that is opened, such as a database, would have their number otherwise, and what is
    printed by anyone would go there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # has the lowest free number
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 # stays open
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def _calm_warnings() -> None:
    """Where every warning is made an error, go back to Python's own filters.

    Libraries warn each other of what will change one day, and nobody here could mend that.
    """
    if any(action == "error" for action, *_ in warnings.filters):
        warnings.resetwarnings()
        for ignored in (DeprecationWarning, PendingDeprecationWarning, ImportWarning):
            warnings.simplefilter("ignore", ignored)
        warnings.simplefilter("ignore", ResourceWarning)


class _Guard:
    """A finder that runs the import of one module, which is then found as usual, inside `around`.

    What a configuration file says is read while a library is imported, and it may be such that this
    fails: afterwards is too late.
    """

    def __init__(self, name: str, around: _Around) -> None:
        self.name = name
        self._around = around

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.name:
            return None
        others = (finder for finder in sys.meta_path if not isinstance(finder, _Guard))
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                with self._around():
                    execute(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign] # of this one spec
        return spec


def _at_import(name: str, around: _Around) -> None:
    """Have the import of a module, where it is yet to come, happen inside `around`."""
    guarded = {finder.name for finder in sys.meta_path if isinstance(finder, _Guard)}
    if name not in sys.modules and name not in guarded:
        sys.meta_path.insert(0, _Guard(name, around))


@contextlib.contextmanager
def _without_keras_home() -> Iterator[None]:
    """Both Keras read $KERAS_HOME/keras.json, and asserts of what it says end the import."""
    home = os.environ.get("KERAS_HOME")
    os.environ["KERAS_HOME"] = os.devnull  # in which there is no file, and none can be made
    try:
        yield
    finally:
        del os.environ["KERAS_HOME"]
        if home is not None:
            os.environ["KERAS_HOME"] = home


@contextlib.contextmanager
def _without_keras_json() -> Iterator[None]:
    """Keras writes that file besides. What it downloads stays where it was."""
    home = os.environ.get("KERAS_HOME")
    with _without_keras_home():
        yield
    config: Any = sys.modules.get("keras.src.backend.config")
    if config is not None:
        base = os.path.expanduser("~")
        base = base if os.access(base, os.W_OK) else "/tmp"  # as Keras does it
        config._KERAS_DIR = os.path.join(base, ".keras") if home is None else home


@contextlib.contextmanager
def _without_its_files() -> Iterator[None]:
    """Matplotlib reads ./matplotlibrc first, then what MATPLOTLIBRC names, then the user's own."""
    os.environ["MATPLOTLIBRC"] = os.devnull
    try:
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):  # a current folder that is gone has no such file
                stack.enter_context(contextlib.chdir(Path(__file__).parent))
            yield
    finally:
        del os.environ["MATPLOTLIBRC"]
