"""Proxy trainings: data, the Keras model, one training. Imports TensorFlow.

Every program that trains, counts or measures with Keras comes by here first, whoever started it.
"""

from scalesearch.surroundings import settle_trainings

settle_trainings()
