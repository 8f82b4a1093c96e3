"""compare.html: a comparison on one page that needs nothing but itself."""

import base64
import html
from collections.abc import Iterable, Sequence
from pathlib import Path

from scalesearch.core.passwords import without_passwords
from scalesearch.errors import StudyError
from scalesearch.files.whole_files import write_whole
from scalesearch.report.comparison_sentences import interval, seeds, sentences, trend
from scalesearch.report.comparison_table import ArmResult, ComparisonInfo
from scalesearch.report.page_frame import head


def write_page(info: ComparisonInfo, picture: Path, path: Path) -> None:
    """Write the page of a comparison whole, with its picture inside.

    Raises StudyError for the disk.
    """
    try:
        drawn = base64.b64encode(picture.read_bytes()).decode("ascii")
    except OSError as error:
        raise StudyError(f"{picture} cannot be read: {error}.") from error
    title = html.escape(without_passwords(info.title))
    parts = [
        head(without_passwords(info.title)),
        f"<h1>{title}</h1>",
        "<section>",
        *(f"<p>{html.escape(each)}</p>" for each in sentences(info.findings)),
        f'</section><section><figure><img alt="{title}" style="max-width:100%" '
        f'src="data:image/png;base64,{drawn}"></figure></section>',
        *(_arms(info, epochs) for epochs in info.lengths),
        _slopes(info),
        _controls(info),
        "</main></body></html>",
    ]
    write_whole(path, "\n".join(parts).encode("utf-8", "replace"), StudyError)


def _arms(info: ComparisonInfo, epochs: int) -> str:
    headings = (
        "arm", "MACs over the baseline's", "top-1, %", "standard deviation", "seeds",
        "compound minus this arm, points", "95 % interval", "seeds to prove it",
    )  # fmt: skip
    rows = [_arm(each) for each in info.at(epochs).arms]
    heading = f"Trainings of {epochs} epochs" if epochs != 1 else "Trainings of 1 epoch"
    return _section(heading, headings, rows)


def _arm(each: ArmResult) -> Sequence[str]:
    return (
        each.size,
        f"{each.counted_ratio:.3f}",
        "failed" if each.top1_mean is None else f"{100 * each.top1_mean:.2f}",
        "-" if each.top1_std is None else f"{100 * each.top1_std:.2f}",
        str(each.seeds),
        _points(each.compound_less_arm),
        interval(each),
        seeds(each.seeds_to_prove),
    )


def _slopes(info: ComparisonInfo) -> str:
    headings = (
        "arm",
        "points per doubling of epochs, against the other arms",
        "95 % interval",
        "what it says",
    )
    rows = [
        (f"{each.method} x{each.cost:.4g}", _points(each.slope), interval(each), trend(each))
        for each in info.findings.slopes
    ]
    return _section("How arms move with the length of trainings", headings, rows)


def _controls(info: ComparisonInfo) -> str:
    found = info.findings
    headings = (
        "arm", "epochs", "best rate, times the recipe's", "top-1, %",
        "compound minus this arm, points", "95 % interval", "seeds to prove it",
    )  # fmt: skip
    rows = [
        (
            f"{each.method} x{each.cost:.4g}",
            str(each.epochs),
            f"{each.rate:g}",
            f"{100 * each.top1_mean:.2f}",
            _points(each.compound_less_arm),
            interval(each),
            seeds(each.seeds_to_prove),
        )
        for each in found.best_rates
    ]
    informed = [
        (
            f"resolution x{each.cost:.4g}",
            str(each.epochs),
            f"{each.pixels} px",
            f"{each.informed} px enlarged",
            f"{100 * each.top1_mean:.2f}",
            f"{100 * each.without:.2f}",
            _points(each.difference),
            interval(each),
        )
        for each in found.information
    ]
    return _section("Each arm at the best of three learning rates", headings, rows) + _section(
        "Resolution alone, with and without the finer pixels' information",
        (
            "arm", "epochs", "images", "without", "top-1, %", "without, %", "difference, points",
            "95 % interval",
        ),
        informed,
    )  # fmt: skip


def _points(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:+.2f}"


def _section(heading: str, headings: Iterable[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    top = "".join(f"<th scope='col'>{html.escape(each)}</th>" for each in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f"<section><h2>{html.escape(heading)}</h2><div class='scroll'><table class='text'>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div></section>"
    )
