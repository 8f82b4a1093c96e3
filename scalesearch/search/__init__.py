"""The driver and the statistics: rounds, selection, conclusion."""
