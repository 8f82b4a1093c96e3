"""Every layer and operation of this Keras has a rule, is free, or is known not to be counted.

A new one of a later Keras fails here, and is named as not counted until someone says what it costs.
"""

import importlib
import inspect
import pkgutil

import keras
import pytest
from keras import layers
from keras.src import activations, ops, quantizers

from scalesearch.keras_models.counting.free_layers import FREE_LAYERS, FREE_OPERATIONS
from scalesearch.keras_models.counting.layer_costs import FREE, RULES
from scalesearch.keras_models.counting.model_cost import count

UNKNOWN_LAYERS = """
Layer Wrapper Lambda TFSMLayer TorchModuleWrapper JaxLayer FlaxLayer MelSpectrogram
"""
"""Somebody's code, and a spectrogram by the fast Fourier transform."""
UNKNOWN_OPERATIONS = """
AssociativeScan Cond ForiLoop JVP Map Scan Switch VectorizedMap WhileLoop
CDist CTCDecode CTCLoss Corrcoef Correlate Cross SSIM SobelEdges
FFT FFT2 IFFT2 IRFFT ISTFT RFFT STFT
Cholesky CholeskyInverse Det Eig Eigh Inv Logdet Lstsq LuFactor MatrixRank Pinv Qr SVD Slogdet Solve
SolveTriangular
"""
"""Functions of the user's, transforms and decompositions, whose multiplications depend on how they
are done."""
ABSTRACT = {keras.Operation, keras.Function}


def exported_layers():
    found = [getattr(layers, name) for name in dir(layers)]
    return {each for each in found if inspect.isclass(each) and issubclass(each, keras.Layer)}


def operations():
    found = set(ABSTRACT)
    for room in (ops, activations, quantizers):
        for module in pkgutil.iter_modules(room.__path__):
            if module.name.endswith("_test"):
                continue
            for each in vars(importlib.import_module(f"{room.__name__}.{module.name}")).values():
                if inspect.isclass(each) and issubclass(each, keras.Operation):
                    found.add(each)
    return {each for each in found - ABSTRACT if not issubclass(each, keras.Layer)}


def test_every_layer_is_of_one_kind():
    unknown = {getattr(layers, name) for name in UNKNOWN_LAYERS.split() if hasattr(layers, name)}
    for each in exported_layers():
        assert (each in RULES) + (each in FREE) + (each in unknown) == 1, each.__name__


def test_every_operation_is_of_one_kind():
    found = operations()
    assert len(found) > 300
    free, unknown = set(FREE_OPERATIONS.split()), set(UNKNOWN_OPERATIONS.split())
    for each in found:
        kinds = (each in RULES, each.__name__ in free, each.__name__ in unknown)
        assert sum(kinds) == 1, (each.__name__, kinds)


def test_no_name_is_listed_that_this_keras_does_not_have():
    known = {each.__name__ for each in operations()}
    assert set(f"{FREE_OPERATIONS} {UNKNOWN_OPERATIONS}".split()) <= known
    assert all(hasattr(layers, name) for name in FREE_LAYERS.split())


@pytest.mark.parametrize(
    "layer",
    [
        layers.RandAugment(), layers.AutoContrast(), layers.AugMix(), layers.RandomErasing(),
        layers.Solarization(), layers.RandomGrayscale(),
        layers.RandomRotation(0.1), layers.RandomColorJitter(), layers.Resizing(4, 4),
    ],
    ids=lambda layer: type(layer).__name__,
)  # fmt: skip
def test_what_works_in_training_or_prepares_images_is_free(layer):
    image = keras.Input((8, 8, 3))
    found = count(keras.Model(image, layer(image)))
    assert (found.cost, found.uncounted) == ((0, 0, 0), ())


@pytest.mark.parametrize(
    ("layer", "dtype"),
    [
        (layers.Discretization(bin_boundaries=[0.0, 1.0]), "float32"),
        (layers.StringLookup(vocabulary=["a", "b"]), "string"),
        (layers.IntegerLookup(vocabulary=[1, 2]), "int64"),
        (layers.Hashing(8), "string"),
        (layers.CategoryEncoding(5), "int64"),
        (layers.TextVectorization(vocabulary=["a"]), "string"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_looks_values_up_is_free(layer, dtype):
    values = keras.Input((1,), dtype=dtype)
    found = count(keras.Model(values, layer(values)))
    assert (found.cost.macs, found.uncounted) == (0, ())


def test_what_is_free_in_a_function_is_free_as_an_operation():
    image = keras.Input((8, 8, 3))
    x = keras.activations.relu(image, max_value=6)
    x = keras.ops.cumsum(keras.ops.layer_normalization(x), axis=1)
    found = count(keras.Model(image, keras.ops.image.resize(x, (4, 4))))
    assert (found.cost, found.uncounted) == ((0, 0, 0), ())
