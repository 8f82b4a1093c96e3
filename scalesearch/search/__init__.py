"""The study, the driver and the executors. Imports Optuna, never TensorFlow."""
