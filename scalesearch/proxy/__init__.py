"""Proxy trainings: data, the Keras model, one training. Imports TensorFlow."""
