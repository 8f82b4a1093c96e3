"""Published networks as JSON and as text."""

from dataclasses import asdict
from typing import Any

from scalesearch.cli.render import table
from scalesearch.report.references import ReferencesInfo


def references_json(info: ReferencesInfo | None) -> dict[str, Any] | None:
    """`models` has top1 and top5 in %, and the ratios."""
    if info is None:
        return None
    return {
        "name": info.name,
        "source": info.source,
        "models": [asdict(model) for model in info.models],
    }


def references_text(info: ReferencesInfo) -> str:
    """Each network's sizes, and how many times those of the EfficientNet of its group they are."""
    rows = [
        [
            model.name,
            f"{model.top1:.1f}",
            f"{model.params_millions:g}",
            _times(model.params_ratio),
            "-" if model.macs_billions is None else f"{model.macs_billions:g}",
            _times(model.macs_ratio),
        ]
        for model in info.models
    ]
    headings = ("published network", "ImageNet top-1", "params, M", "ratio", "MACs, G", "ratio")
    return (
        f"{table(headings, rows, left=('published network',))}\n\n"
        f"Ratios of the printed figures to those of the EfficientNet above.\n{info.source}."
    )


def _times(ratio: float | None) -> str:
    """As the paper prints it: 4.9x, 11x."""
    if ratio is None:
        return "-"
    return f"{ratio:.1f}x" if ratio < 9.95 else f"{ratio:.0f}x"
