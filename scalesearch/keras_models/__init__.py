"""Keras models: built, counted, measured, read from files. Imports TensorFlow.

Every program that counts or measures with Keras comes by here first, whoever started it.
"""

from scalesearch.surroundings import settle_trainings

settle_trainings()
