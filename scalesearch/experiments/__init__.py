"""The use cases: plan, forecast, run, conclude; what the Python API and the command line call.

Nothing here prints, or reads a command line.
"""
