"""`build`: the saved Keras model has the parameters that were counted."""

from pathlib import Path

import pytest

SMALL = """\
name: small
resolution: 16
classes: 3
stages:
  - {block: conv, kernel: 3, stride: 2, channels: 8}
  - {block: mbconv, kernel: 3, stride: 1, channels: 8, repeats: 2, expand: 2, se: 0.25}
"""


RESIDUAL = """\
name: small
resolution: 16
classes: 3
padding: symmetric
conv_bias: true
stages:
  - {block: conv, kernel: 3, stride: 2, channels: 8}
  - {block: max_pool, kernel: 3, stride: 2}
  - {block: separable, kernel: 3, stride: 1, channels: 8, repeats: 2}
  - {block: bottleneck, kernel: 3, stride: 2, channels: 8, repeats: 2, inner: 0.5}
"""


@pytest.mark.slow
@pytest.mark.parametrize("table", [SMALL, RESIDUAL], ids=["mbconv", "residual"])
def test_build_saves_a_model_that_loads(fresh, folder: Path, table: str) -> None:
    (folder / "small.yaml").write_text(table)
    answer = fresh("build", "small.yaml", "-o", "model.keras", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["params"] == answer.json["params_built"]
    assert answer.json["path"] == "model.keras"
    assert sorted(path.name for path in folder.iterdir()) == ["model.keras", "small.yaml"]
    code = "import keras; m = keras.saving.load_model('model.keras'); print(m.output_shape)"
    assert fresh(python=("-c", code)).out.splitlines()[-1] == "(None, 3)"
