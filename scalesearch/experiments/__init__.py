"""The use cases: plan, forecast, run, conclude. Nothing here prints, or reads a command line."""
