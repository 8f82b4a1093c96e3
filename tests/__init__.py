"""The tests of scalesearch, and its measurements in `tests.benchmarks`."""
