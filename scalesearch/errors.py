"""The errors people see. Each message names the field, the rule, the value, and what to do."""


class ScaleSearchError(Exception):
    """Something the user can mend. The command line prints it and exits with code 2."""


class ConfigError(ScaleSearchError):
    """A configuration file or option breaks a rule."""


class BuildError(ConfigError):
    """A network cannot be built, or not trained, at the sizes that it is asked for."""


class DataError(ScaleSearchError):
    """A dataset is missing, damaged or too small."""


class StudyError(ScaleSearchError):
    """A study cannot be opened, continued or written."""
