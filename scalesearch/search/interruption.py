"""What ends a search that was asked to stop. Imports nothing heavy."""


class Interrupted(Exception):
    """The search was asked to stop, and has: what ran is kept where it was."""
