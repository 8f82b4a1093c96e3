"""Errors: what they carry, and that they name parameters, which the command line calls options."""

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

import scalesearch
from scalesearch.cli.app import app_of
from scalesearch.cli.option_names import option, with_options
from scalesearch.errors import ConfigError, ScaleSearchError, parameter

PACKAGE = Path(scalesearch.__file__).parent
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
STEP, STUDY = parameter("step"), parameter("study")


def test_an_error_carries_its_message_field_and_remedy() -> None:
    error = ConfigError(f"{STEP} must be above 0. Got -1.", remedy=f"Or give another {STUDY} name.")
    assert error.message == "`step=` must be above 0. Got -1."
    assert error.remedy == "Or give another `study=` name."
    assert error.field == "step"
    assert str(error) == f"{error.message} {error.remedy}"


def test_a_field_of_a_file_is_named_by_the_one_who_raises() -> None:
    assert ScaleSearchError("Wrong.", field="stages[2].kernel").field == "stages[2].kernel"
    assert ScaleSearchError("Wrong.").field == ""
    assert (
        ScaleSearchError(f"`train` must be less than {parameter('validation')}.").field == "train"
    )
    assert ScaleSearchError("Wrong.", remedy=f"Give another {STUDY} name.").field == "study"


def test_an_error_is_the_same_after_it_has_crossed_to_another_process() -> None:
    error = ConfigError(f"{STEP} is wrong.", field="step", remedy="Give another.")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{STEP} must be above 0.", "Option --step must be above 0."),
        (
            f"That is wrong. {STEP} must be above 0.",
            "That is wrong. Option --step must be above 0.",
        ),
        (f"Give another {STUDY} name.", "Give another --study name."),
        (f"Time: not known. {STEP} measures it.", "Time: not known. --step measures it."),
        (f"{STEP} and {STUDY} both say it.", "Options --step and --study both say it."),
        (f"{STEP}, {STUDY} and all.", "Options --step, --study and all."),
        (f"No: {parameter('measure')} needs a size.", "No: Option --measure needs a size."),
        (f"more than {parameter('max_params')} 7 M", "more than --max-params 7 M"),
        (f"go on without them: {parameter('skip_broken')}.", "go on without them: --skip-broken."),
        ("The field `step` of a file, and `a=1`.", "The field `step` of a file, and `a=1`."),
        (f'{{"refused": "{STEP} is wrong"}}', '{"refused": "Option --step is wrong"}'),
    ],
)
def test_the_command_line_calls_a_parameter_by_its_option(text: str, shown: str) -> None:
    assert with_options(text) == shown
    assert with_options(shown) == shown


def _outside_cli() -> Iterator[tuple[str, ast.AST]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        where = file.relative_to(PACKAGE)
        if where.parts[0] != "cli":
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                yield where.as_posix(), node


def test_a_remedy_may_stand_in_a_line_of_its_own() -> None:
    error = ScaleSearchError("These differ:\n  a\n  b\n", remedy="Mend them.")
    assert error.message == "These differ:\n  a\n  b"
    assert str(error) == "These differ:\n  a\n  b\nMend them."


def test_options_are_named_by_the_command_line_alone() -> None:
    found = {
        (where, match)
        for where, node in _outside_cli()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for match in OPTION.findall(node.value)
    }
    assert found == {
        ("surroundings.py", "--xla"),  # an option of XLA, in a variable of the environment
        ("config/coefficients.py", "--study"),  # of a command that is told to be run
        ("errors.py", "--step"),  # where the rule itself is explained
    }


def test_what_a_message_names_in_passing_stands_in_its_remedy() -> None:
    """So that `message` says what is wrong, and `remedy`, which nobody has to take apart, what to
    do about it."""
    found = [
        (where, node.lineno)
        for where, node in _outside_cli()
        if isinstance(node, ast.Call) and _raises(node) and node.args
        if "parameter(" in ast.unparse(node.args[0])
        if not ast.unparse(node.args[0]).startswith(('f"{parameter(', "f'{parameter("))
    ]
    assert {where for where, _ in found} == {
        "experiments/coefficient_sources.py",  # Give either this or that.
        "studies/settings.py",  # It cannot go on with it: give another name.
    }


def _raises(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id.endswith("Error")


def test_every_parameter_in_a_message_is_an_option_of_a_command() -> None:
    top = typer.main.get_command(app_of())
    commands = [top]
    for command in commands:  # grows while it is walked
        commands += getattr(command, "commands", {}).values()
    options = {name for command in commands for each in command.params for name in each.opts}
    named = {
        node.args[0].value
        for _, node in _outside_cli()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "parameter"
        and isinstance(node.args[0], ast.Constant)
    }
    assert {option(name) for name in named} <= options
