"""Small models of one call each, for tests of counts."""

import keras


def model(build, *shapes, dtype=None):
    """A model of what `build` makes of inputs of these shapes."""
    inputs = [keras.Input(shape, dtype=dtype) for shape in shapes]
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], build(*inputs))


def plain(**options):
    return {"use_bias": False, **options}
