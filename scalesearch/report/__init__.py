"""The report room: trials.csv, pareto.png and report.html. Nothing here trains or searches."""
