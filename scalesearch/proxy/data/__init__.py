"""Images for the proxy trainings: what there is, the split, the prepared arrays, the batches.

Importing this package does not import TensorFlow; `batches` and `stream` do.
"""
