"""One training of one network: loop, score, checkpoints. Imports TensorFlow.

Every program that trains comes by here first, whoever started it.
"""

from scalesearch.surroundings import settle_trainings

settle_trainings()
