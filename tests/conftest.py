"""Settings of all tests."""

import signal

from hypothesis import settings

from scalesearch.surroundings import settle

settle()  # before any test imports what it says

pytest_plugins = ["tests.fixtures"]

# A slow machine is no defect of the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Under nohup, or in the background of a script, signals are ignored by whatever is started too, and
# a command that is told to ignore them does: what tests send must reach it.
for _number, _usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGTERM, signal.SIG_DFL),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)
