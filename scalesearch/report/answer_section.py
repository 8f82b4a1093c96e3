"""The head of report.html: the answer in words, its coefficients, and how the budget is shared."""

import html

from scalesearch.core.answer import Answer
from scalesearch.report import answer_text
from scalesearch.report.known_points import DIMENSIONS
from scalesearch.report.page_parts import About, Part

_UNFINISHED = (
    '<p class="warning">No split is named yet. Run the same <code>scalesearch grid</code> '
    "command again to finish the study.</p>"
)


def render_answer(about: About) -> Part:
    """What is named and how surely; while nothing is, what to do."""
    answer = about.answer
    if answer is None:
        return Part(_UNFINISHED)
    first, *others = (html.escape(text) for text in answer_text.answer(answer))
    parts = [f'<section><p class="lead">{first}</p>', _cards(answer)]
    notes = (note for note in (answer.instead, answer.warning) if note)
    parts += (f'<p class="warning">{html.escape(note)}</p>' for note in notes)
    parts += (f"<p>{text}</p>" for text in others)
    parts.append(f'<p class="note">{html.escape(answer.rule)}</p>')
    return Part("\n".join(parts) + "</section>")


def _cards(answer: Answer) -> str:
    """The three coefficients, and a bar of how the budget is shared."""
    greek = (("alpha", "&alpha;"), ("beta", "&beta;"), ("gamma", "&gamma;"))
    cards, bar = [], []
    for (key, letter), what in zip(greek, DIMENSIONS, strict=True):
        share = 100 * getattr(answer.shares, what)
        cards.append(
            f'<div class="card {what}"><span>{what} {letter}</span>'
            f"<strong>{getattr(answer, key):.3f}</strong>"
            f"<span>{share:.0f} % of the budget</span></div>"
        )
        bar.append(f'<i class="{what}" style="flex-grow:{max(share, 0):.2f}"></i>')
    return f'<div class="cards">{"".join(cards)}</div><div class="bar">{"".join(bar)}</div>'
