"""The search: its driver, the surface that it fits to its trainings, and what it concludes."""
