"""Archives made to run something or reach out: no marker is made, nothing is fetched or opened."""

import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import pytest
from keras import layers

from scalesearch.errors import ConfigError
from scalesearch.keras_models.saved_files.keras_archive import saved_in
from scalesearch.keras_models.saved_files.keras_files import model_in

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that every attempt would make; whatever fetches or opens weights makes it too."""
    path = tmp_path / "marker"

    def reached(*_: object, **__: object) -> None:
        path.touch()
        raise OSError("reached out")

    for target in ("keras.src.utils.file_utils.get_file", "keras.utils.get_file"):
        monkeypatch.setattr(target, reached)
    monkeypatch.setattr("keras.src.applications.imagenet_utils.file_utils.get_file", reached)
    monkeypatch.setattr("keras.src.saving.saving_api.load_model", reached)
    monkeypatch.setattr("urllib.request.urlopen", reached)
    monkeypatch.setattr(h5py, "File", reached)
    return path


def archive(path: Path, change: Change, weights: bytes | None = None) -> Path:
    """A saved model whose configuration was changed by hand."""
    image = keras.Input((8, 8, 3), name="image")
    features = layers.Conv2D(4, 3, name="conv")(image)
    model = keras.Model(image, layers.Activation("relu", name="act")(features))
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    change(config)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json.dumps(config))
        if weights is not None:
            file.writestr("model.weights.h5", weights)
    return path


def layer(config: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in config["config"]["layers"] if each["name"] == name)


def function(module: str, name: str, kind: str = "function") -> Change:
    """An activation that is this function."""
    if kind == "function":
        value = {"module": module, "class_name": kind, "config": name, "registered_name": name}
    else:
        value = {"module": module, "class_name": name, "config": {}, "registered_name": None}
    return lambda config: layer(config, "act")["config"].update(activation=value)


def replaced(**values: Any) -> Change:
    return lambda config: layer(config, "conv").update(values)


def code_of(path: Path) -> Change:
    """A Lambda layer whose code makes the file."""
    module = f"from pathlib import Path; Path({str(path)!r}).touch()"
    made = layers.Lambda(lambda x, c=module: exec(c) or x, name="conv")
    own = json.loads(json.dumps(keras.saving.serialize_keras_object(made)))
    return lambda config: layer(config, "conv").update(own)


ATTEMPTS: dict[str, Change] = {
    "a function of os": function("os", "system"),
    "a builtin": function("builtins", "exec", "class"),
    "loading another model": function("keras.models", "load_model", "class"),
    "loading by saving": function("keras.saving", "load_model", "class"),
    "downloading a file": function("keras.utils", "get_file", "class"),
    "downloading weights": function("keras.applications", "ResNet50", "class"),
    "downloading classes": function("keras.applications.resnet", "decode_predictions", "class"),
    "private weights": function("keras.src.applications.resnet", "ResNet50", "class"),
    "deserialising": function("keras.layers", "deserialize", "class"),
    "getting": function("keras.activations", "get"),
    "a dotted class": replaced(class_name="core.lambda_layer.Lambda", module="keras.src.layers"),
    "a saved model": replaced(class_name="TFSMLayer", config={"filepath": "gs://evil/x"}),
    "a type by name": replaced(
        class_name="__typespec__", spec_name="KerasTensor", config=["os"], registered_name=None
    ),
    "a vocabulary in a file": replaced(
        class_name="TextVectorization", config={"name": "conv", "vocabulary": "/etc/passwd"}
    ),
    "another package of Keras": replaced(module="keras_hub.layers", class_name="Conv2D"),
    "a module of the current folder": replaced(module="evil", class_name="Layer"),
    "a nested model": lambda config: layer(config, "conv").update(
        class_name="Sequential",
        config={"name": "in", "layers": [{"class_name": "Lambda", "config": {"function": "x"}}]},
    ),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_is_refused_and_leaves_no_marker(
    tmp_path: Path, marker: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "evil.py").write_text(f"open({str(marker)!r}, 'w')\nLayer = object\n")
    monkeypatch.syspath_prepend(tmp_path)
    path = archive(tmp_path / "model.keras", ATTEMPTS[name])
    for read in (model_in, lambda file: model_in(file, weights=True)):
        with pytest.raises(ConfigError):
            read(path)
    assert not marker.exists()


def test_code_in_a_lambda_makes_no_marker(tmp_path: Path, marker: Path) -> None:
    path = archive(tmp_path / "model.keras", code_of(marker))
    with pytest.raises(ConfigError, match="Python code in a Lambda"):
        model_in(path)
    assert not marker.exists()


def test_a_loss_and_an_optimiser_are_never_made(tmp_path: Path, marker: Path) -> None:
    evil = {"module": "os", "class_name": "function", "config": "system", "registered_name": "x"}
    change: Change = lambda config: config.update(compile_config={"loss": evil})  # noqa: E731 # one more attempt
    model = model_in(archive(tmp_path / "model.keras", change))
    assert not model.compiled
    assert not marker.exists()


def test_weights_with_a_link_to_another_file_are_not_opened(tmp_path: Path, marker: Path) -> None:
    path = archive(tmp_path / "model.keras", lambda config: None, weights=b"\x89HDF\r\n\x1a\n/etc")
    assert model_in(path).count_params() == 4 * 28
    assert not marker.exists()


def test_an_archive_that_unpacks_to_gigabytes_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", b" " * 2**28)
    start = time.monotonic()
    with pytest.raises(ConfigError, match="at most 16,777,216 bytes"):
        saved_in(path)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("depth", [60, 300, 900, 100_000])
def test_a_deep_configuration_is_refused_at_any_depth(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as file:
        nested = '{"class_name": "Sequential", "config": [' * depth + "]}" * depth
        file.writestr("config.json", nested)
    with pytest.raises(ConfigError, match="nest at most"):
        saved_in(path)
