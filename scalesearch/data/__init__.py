"""Images for the proxy trainings: what there is, the split, the prepared arrays, the batches.

Every program that reads images comes by here first, whoever started it.
"""

from scalesearch.surroundings import settle_trainings

settle_trainings()
