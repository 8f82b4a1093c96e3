"""The study on disk: storage, settings, lock, archive, listing. Imports Optuna where it writes."""
