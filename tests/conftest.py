"""Settings of all tests."""

from hypothesis import settings

# A slow machine is no defect of the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
