"""A user's own functions: found, imported, and pinned to the code that they are. No TensorFlow."""
