"""The use cases: what the Python API and the command line both call. Nothing here prints."""
