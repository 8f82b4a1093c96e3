"""What may be a trainer of the user's own, and the code that a study is pinned to by it."""

import functools
import os
import subprocess
import sys

import numpy as np
import pytest
from trainer_module import MINE, forget

from scalesearch.errors import ConfigError
from scalesearch.executors.own_trainers import resolve_trainer, trainer_key


@pytest.mark.parametrize(
    ("file", "text", "same"),
    [
        ("mine.py", MINE + "# a remark\n", True),
        ("mine.py", MINE.replace("1.2", "1.3"), False),
        ("scales.py", "BASE = 0.125\n", False),
    ],
)
@pytest.mark.parametrize("by_name", [True, False])
def test_a_study_is_pinned_to_the_code_of_its_trainer(folder, file, text, same, by_name):
    def key():
        forget()
        import mine

        return trainer_key("mine:train" if by_name else mine.train)

    before = key()
    assert (before["name"], set(before["source"])) == ("mine:train", {"mine.py", "scales.py"})
    (folder / file).write_text(text)
    assert (key() == before) is same


SCRIPT = """
import functools, json, sys
import scales
from scalesearch.executors.own_trainers import trainer_key

EPOCHS, OTHER = 3, 1

def inner(job):
    return scales.BASE * EPOCHS

def train(job, progress, rate=0.1):
    return inner(job)

if __name__ == "__main__":
    print(json.dumps(trainer_key({given})))
"""


def key_of_script(folder, text, given="train"):
    (folder / "script.py").write_text(text.replace("{given}", given))
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_of_a_script_counts_what_the_function_uses_and_nothing_else(folder):
    before = key_of_script(folder, SCRIPT)
    assert '"__main__:train"' in before
    assert key_of_script(folder, SCRIPT + "print('done', file=sys.stderr)\n") == before
    assert key_of_script(folder, SCRIPT.replace("OTHER = 3, 1", "OTHER = 3, 2")) == before
    partial = key_of_script(folder, SCRIPT, "functools.partial(train, rate=0.2)")
    others = [
        key_of_script(folder, SCRIPT.replace("EPOCHS, OTHER = 3", "EPOCHS, OTHER = 4")),
        key_of_script(folder, SCRIPT.replace("BASE * ", "BASE + ")),
        key_of_script(folder, SCRIPT, "functools.partial(train, rate=0.3)"),
        key_of_script(folder, SCRIPT, "lambda job, progress: inner(job)"),
        partial,
    ]
    (folder / "scales.py").write_text("BASE = 0.125\n")
    others.append(key_of_script(folder, SCRIPT))
    assert len({before, *others}) == 7


def test_what_a_callable_is_given_counts_where_it_is_plain():
    def of(rate):
        def train(job, progress):
            return rate

        return trainer_key(train)["source"]

    assert of(0.1) == of(0.1) != of(0.2)
    assert of([0.1]) != of([0.2])
    assert of(np.array(0.1)) == of(np.array(0.2))  # what objects hold is not looked at
    assert trainer_key(functools.partial(takes, rate=1)) != trainer_key(takes)


def takes(job, progress, rate=0):
    return rate


def test_a_function_without_a_source_is_refused(folder):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("{given}", "train")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    if sys.version_info < (3, 13):  # which keeps the source of what -c is given
        assert "ConfigError: The source of __main__:train cannot be read" in done.stderr


@pytest.mark.parametrize(
    ("trainer", "reason"),
    [
        (3, r"must be a function of \(job, progress\), or its name"),
        ("mine", r"must be a function or its name"),
        ("mine.py:train", r"here mine:train"),
        ("__main__:train", r"__main__ cannot be"),
        ("nowhere_at_all:train", r"There is no Python module 'nowhere_at_all'"),
        ("mine:trian", r"has no function 'trian'.*train.*takes \(job, progress\)"),
        ("scales:BASE", r"has no function 'BASE'"),
        (lambda job: 0.5, r"must take two arguments \(job, progress\)"),
        (lambda job, progress, more: 0.5, r"must take two arguments"),
    ],
)
def test_what_can_be_no_trainer_is_refused_before_anything_is_planned(folder, trainer, reason):
    with pytest.raises(ConfigError, match=reason):
        resolve_trainer(trainer)


def test_a_module_that_cannot_be_imported_says_where(folder):
    (folder / "mine.py").write_text("import scales\nscales.MISSING\n")
    with pytest.raises(ConfigError, match=r"mine cannot be imported: AttributeError.*line 2"):
        resolve_trainer("mine:train")
