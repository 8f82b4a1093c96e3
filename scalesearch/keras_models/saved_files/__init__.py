"""Saved Keras models: their forms on disk, read and checked so that nothing in a file can run."""
