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


@pytest.mark.slow
def test_build_saves_a_model_that_loads(fresh, folder: Path) -> None:
    (folder / "small.yaml").write_text(SMALL)
    answer = fresh("build", "small.yaml", "-o", "model.keras", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["params"] == answer.json["params_built"]
    assert answer.json["path"] == "model.keras"
    assert sorted(path.name for path in folder.iterdir()) == ["model.keras", "small.yaml"]
    code = "import keras; m = keras.saving.load_model('model.keras'); print(m.output_shape)"
    assert fresh(python=("-c", code)).out.splitlines()[-1] == "(None, 3)"
