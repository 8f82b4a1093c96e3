"""`cost` of Keras models of any inputs, in either unit, by kind or a row a layer."""

import shlex

import keras
import pytest
from keras import layers


@pytest.fixture
def text(folder):
    """A text model that leaves the length open."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    state = layers.LSTM(4)(layers.Embedding(50, 8)(tokens))
    keras.Model(tokens, layers.Dense(2)(state), name="text").save("text.keras")
    return "text.keras"


@pytest.fixture
def two(folder):
    """A model of two inputs, of which one is open."""
    first, second = keras.Input((None, 32), name="first"), keras.Input((7, 32), name="second")
    features = layers.MultiHeadAttention(2, 4)(first, second)
    keras.Model([first, second], features, name="two").save("two.keras")
    return "two.keras"


@pytest.fixture
def image(folder):
    made = keras.Sequential([keras.Input((20, 20, 3)), layers.Conv2D(4, 3), layers.ReLU()])
    made.save("image.keras")
    made.save("image.h5")
    return "image.keras"


@pytest.mark.parametrize("name", ["text", "two"])
@pytest.mark.parametrize("option", ["", "--resolution 32", "--measure"])
def test_the_remedy_for_an_open_size_works_when_followed(run, request, name, option):
    file = request.getfixturevalue(name)
    answer = run(f"cost {file} {option}")
    assert (answer.code, answer.out) == (2, "")
    remedy = answer.err.partition("such as ")[2].strip().removesuffix(".")
    assert remedy.startswith("--input-shape ")
    assert run(f"cost {file} {remedy}").code == 0


def test_sizes_are_those_that_are_asked_for(run, text, two):
    found = run(f"cost {text} --input-shape 20 --json").json
    assert found["macs"] == 20 * 4 * (8 * 4 + 4 * 4 + 4) + 4 * 2 + 2
    assert found["inputs"] == [{"name": "tokens", "shape": [20], "dtype": "int32"}]
    found = run(f"cost {two} --input-shape 16x32 --input-shape 7x32 --json").json
    assert [each["shape"] for each in found["inputs"]] == [[16, 32], [7, 32]]
    assert found["uncounted"] == []


def test_a_model_whose_sizes_are_known_needs_no_option(run, folder):
    inputs = {name: keras.Input((size,), name=name) for name, size in (("a", 5), ("b", 7))}
    joined = layers.Concatenate()(list(inputs.values()))
    keras.Model(inputs, layers.Dense(2)(joined)).save("known.keras")
    assert run("cost known.keras --json").json["macs"] == 2 * 13
    answer = run("cost known.keras --resolution 32")
    assert "Leave it out: all sizes are known." in answer.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--input-shape 0x5", "must be whole numbers from 1 to 1,000,000 joined by x"),
        ("--input-shape 5x", "must be whole numbers"),
        ("--input-shape 16x32x3", "must fit the inputs"),
        ("--input-shape 16 --input-shape 16", "must fit the inputs"),
        ("--input-shape 16 --resolution 32", "both say the size"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(run, text, options, said):
    answer = run(f"cost {text} {options}")
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_table_takes_images_of_a_resolution(run):
    answer = run("cost efficientnet_b0 --input-shape 10x10x3")
    assert answer.code == 2
    assert "by --resolution" in answer.err


def test_hdf5_is_told_as_what_it_is_also_where_it_is_named_keras(run, image, folder):
    (folder / "named.keras").write_bytes((folder / "image.h5").read_bytes())
    documents = [run(f"cost {name} --json").json for name in (image, "image.h5", "named.keras")]
    assert [each["form"] for each in documents] == ["Keras archive", *["HDF5 of Keras 3"] * 2]
    assert len({each["macs"] for each in documents}) == 1
    assert "HDF5 of Keras 3, though its name ends in .keras" in run("cost named.keras").out


@pytest.mark.parametrize("name", ["efficientnet_b0", "image.keras", "keras:MobileNet"])
def test_flops_are_twice_the_macs_and_said_so(run, image, name):
    found = run(f"cost {name} --unit flops --json").json
    assert found["flops"] == 2 * found["macs"]
    lines = run(f"cost {name} --unit flops").out.splitlines()
    told = next(line for line in lines if line.startswith("FLOPs "))
    assert f"({found['flops']:,})" in told
    assert not any(line.startswith("MACs") for line in lines)
    assert "flops" not in run(f"cost {name} --json").json


@pytest.mark.parametrize("name", ["efficientnet_b0", "resnet50", "mobilenet_v1"])
def test_a_tables_layers_sum_to_its_stages_and_are_a_row_each(run, name):
    found = run(f"cost {name} --layers --json").json
    for key in ("macs", "params", "acts"):
        for number, stage in enumerate(found["stages"]):
            own = [each for each in found["layers"] if each["layer"].startswith(f"{number}.")]
            assert sum(each[key] for each in own) == stage[key]
    assert len({each["layer"] for each in found["layers"]}) == len(found["layers"])
    rows = run(f"cost {name} --layers").out.splitlines()
    assert len([line for line in rows if line[:1].isdigit()]) == len(found["layers"])


def test_a_models_layers_are_a_row_each(run, image):
    rows = run(f"cost {image} --layers").out.splitlines()
    assert rows[2].split() == ["layer", "kind", "calls", "MACs", "params", "acts"]
    assert rows[3].split()[1:3] == ["Conv2D", "1"]


def test_texts_are_measured_as_numbers_are(fresh, text):
    answer = fresh(*shlex.split(f"cost {text} --input-shape 20 --measure --batch 2 --json"))
    assert answer.code == 0, answer.err
    assert answer.json["measured"]["images_per_second"]["median"] > 0
