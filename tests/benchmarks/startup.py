"""`startup`: `scalesearch scale --phi 3`, cold, beside a Typer program that does next to nothing.

Both are console scripts of one fresh environment that borrows this one's libraries, so that both
are found, compiled and started in the same way.
"""

import statistics
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

from . import records, timing

LIMIT = 1.3
BARE = """\
import typer

app = typer.Typer()


@app.command()
def greet(name: str = "world"):
    print(f"Hello {name}")


def main():
    app()
"""
SCRIPT = """\
#!{python}
import sys
from bare import main
if __name__ == "__main__":
    sys.exit(main())
"""


def run(out: Path, runs: int) -> str:
    """Measure, write the tables, return the page."""
    with tempfile.TemporaryDirectory() as name:
        scripts = _environment(Path(name))
        commands = (
            [str(scripts / "scalesearch"), "scale", "--phi", "3"],
            [str(scripts / "bare"), "--name", "you"],
        )
        ours, bare = timing.alternating(commands, runs, timing.INSTALLED)
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    ratio = statistics.median(ours) / statistics.median(bare)
    lines = [
        f"`scalesearch scale --phi 3` takes {ratio:.2f} times a bare Typer program (medians of "
        f"{runs} runs each, taking turns); pair by pair {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f}). Aim: at most {LIMIT}.",
    ]
    rows = [timing.row("scalesearch scale --phi 3", ours), timing.row("bare Typer program", bare)]
    pairs = [
        {"run": index, "scale_seconds": mine, "bare_seconds": theirs, "ratio": mine / theirs}
        for index, (mine, theirs) in enumerate(zip(ours, bare, strict=True))
    ]
    tables = [records.Table("", "Wall time", rows), records.Table("runs", "Each pair", pairs)]
    return records.write(out, "startup", "Start-up", lines, tables)


def _environment(home: Path) -> Path:
    """The folder of console scripts of a fresh environment with the package and the program."""
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    (site,) = home.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q"]
    wheels = home / "wheels"
    make = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*make, "-w", str(wheels), str(timing.ROOT)], check=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    (site / "bare.py").write_text(BARE, encoding="utf-8")
    subprocess.run([python, "-m", "compileall", "-q", str(site)], check=True)
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    script = home / "bin" / "bare"
    script.write_text(SCRIPT.format(python=python), encoding="utf-8")
    script.chmod(0o755)
    return home / "bin"
