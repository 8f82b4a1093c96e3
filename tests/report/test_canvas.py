"""Every picture is drawn in one way, on matplotlib's own defaults."""

import ast
from pathlib import Path

import scalesearch.report

FILES = sorted(Path(scalesearch.report.__file__).parent.glob("*.py"))
MAKERS = {"FigureCanvasAgg", "savefig", "imsave", "subplots"}


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return ast.unparse(node.func).rpartition(".")[2]


def test_figures_are_made_and_written_in_one_place() -> None:
    found = {
        file.name
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if _called(node) in MAKERS
    }
    assert found == {"canvas.py"}


def test_every_picture_is_drawn_on_the_defaults() -> None:
    drawers = {
        (file.name, tuple(map(ast.unparse, node.decorator_list)))
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "draw_png"
    }
    names = ("cam_picture", "comparison_picture", "pareto_picture", "sweep_picture")
    assert drawers == {(f"{name}.py", ("defaults()",)) for name in names}
