"""The backend for the Keras models that a Python function builds."""
