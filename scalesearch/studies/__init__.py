"""Studies on disk: storage, settings, lock, archive, catalogue. Imports Optuna where it writes."""
