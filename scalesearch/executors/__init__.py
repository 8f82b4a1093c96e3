"""Where trainings run: one protocol; in this process, or in processes of a fork server."""
