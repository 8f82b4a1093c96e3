"""The backend for tables: plain TensorFlow operations over one vector of weights.

Its layers are quick on a CPU, each with its gradient written out.
"""
