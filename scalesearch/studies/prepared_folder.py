"""Where the images of all studies of a results folder lie, prepared once."""

DATA = ".data"
"""Name of the folder beside the studies."""
