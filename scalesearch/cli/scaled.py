"""A scaled network as it is written and shown: provenance, JSON, text."""

from pathlib import Path
from typing import Any

from scalesearch.cli.render import facts, quantity, ratio, table
from scalesearch.cli.sources import Source
from scalesearch.cli.stages import network_json, stage_table
from scalesearch.core.network import Network
from scalesearch.core.scaled import Scaled


def provenance(baseline: Network, scaled: Scaled, source: Source) -> dict[str, Any]:
    return {
        "baseline": baseline.name,
        "coefficients": source.study or source.kind,
        **_asked(scaled),
        "multipliers": {
            "depth": round(scaled.by.depth, 10),
            "width": round(scaled.by.width, 10),
            "resolution": round(scaled.by.resolution, 10),
        },
        "nominal_ratio": round(scaled.nominal, 10),
        "counted_ratio": round(scaled.realised.ratio, 10),
        **scaled.realised.cost._asdict(),
    }


def _asked(scaled: Scaled) -> dict[str, float | None]:
    coefficients = scaled.coefficients
    return {
        "phi": scaled.phi,
        "alpha": coefficients.alpha if coefficients else None,
        "beta": coefficients.beta if coefficients else None,
        "gamma": coefficients.gamma if coefficients else None,
    }


def scaled_json(scaled: Scaled, path: Path, baseline: Network, source: Source) -> dict[str, Any]:
    shares = scaled.realised.shares
    return {
        **_asked(scaled),
        "depth": scaled.by.depth,
        "width": scaled.by.width,
        **network_json(scaled.network),
        "nominal_ratio": scaled.nominal,
        "counted_ratio": scaled.realised.ratio,
        "realised_shares": shares
        and {"depth": shares.depth, "width": shares.width, "resolution": shares.resolution},
        "baseline": baseline.name,
        "source": source.kind,
        "study": source.study,
        "path": str(path),
    }


def scaled_text(scaled: Scaled, path: Path, baseline: Network, source: Source) -> str:
    network, by, counted = scaled.network, scaled.by, scaled.realised.cost
    blocks = f"{sum(baseline.repeats)} -> {sum(network.repeats)} blocks"
    lines = [
        *_coefficient_lines(scaled, source),
        ("depth", f"x {ratio(by.depth)}  {blocks}"),
        ("width", f"x {ratio(by.width)}"),
        (
            "resolution",
            f"x {ratio(by.resolution)}  {baseline.resolution} -> {network.resolution} px",
        ),
        ("dropout", f"{network.dropout:g}"),
        ("MACs", f"{quantity(counted.macs, 'G')}  ({counted.macs:,})"),
        ("parameters", f"{quantity(counted.params, 'M')}  ({counted.params:,})"),
        ("activations", f"{quantity(counted.acts, 'M')}  ({counted.acts:,})"),
        (
            "cost",
            f"x {ratio(scaled.realised.ratio)} as counted, "
            f"x {ratio(scaled.nominal)} by the formula",
        ),
        ("written", str(path)),
    ]
    return f"{network.name}\n\n{stage_table(network)}\n\n{facts(lines)}"


def _coefficient_lines(scaled: Scaled, source: Source) -> list[tuple[str, str]]:
    c = scaled.coefficients
    if c is None:
        return [("multipliers", source.words)]
    return [
        (
            "coefficients",
            f"alpha {c.alpha:.4g}, beta {c.beta:.4g}, gamma {c.gamma:.4g}\n{source.words}",
        )
    ]


def family_text(networks: list[Scaled], paths: list[Path], source: Source) -> str:
    rows = [
        [
            f"{scaled.phi:g}",
            ratio(scaled.by.depth),
            ratio(scaled.by.width),
            str(scaled.network.resolution),
            str(sum(scaled.network.repeats)),
            f"{scaled.network.dropout:g}",
            quantity(scaled.realised.cost.macs, "G"),
            quantity(scaled.realised.cost.params, "M"),
            quantity(scaled.realised.cost.acts, "M"),
            ratio(scaled.realised.ratio),
            ratio(scaled.nominal),
        ]
        for scaled in networks
    ]
    headings = (
        "phi", "depth", "width", "px", "blocks", "dropout", "MACs", "params", "acts", "cost",
        "nominal",
    )  # fmt: skip
    written = "\n".join(map(str, paths))
    lines = [
        *_coefficient_lines(networks[0], source),
        ("cost", "MACs over the baseline's as counted; nominal is the formula's"),
        ("written", written),
    ]
    return f"{table(headings, rows)}\n\n{facts(lines)}"
