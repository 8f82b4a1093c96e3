"""Foreign text changes what report.html says, never what it is made of: elements and attributes."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalesearch.core.answer import Answer
from scalesearch.report import page, trials_table
from scalesearch.report.references import references_info
from tests.report.surfaces import surface_of_answer

EVIL = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</dd></dl></section><iframe src=//evil.example>",
    "<!-- <script>",
    "]]><svg/onload=alert(1)>",
    "&lt;script&gt;&#x3c;b&#x3e;",
    "</title><script>1</script>",
    "\u2028\u2029</style>",
    "javascript:alert(1)",
    "\udcff</td>\x00",
)
WORD = "word"


class Shape(HTMLParser):
    """Elements in order with the names of their attributes, what scripts hold, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[tuple[str, ...]] = []
        self.scripts: dict[str, str] = {}
        self.text: list[str] = []
        self._script: str | None = None
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.shape.append((tag, *(name for name, _ in attrs)))
        self._script = str(dict(attrs).get("id")) if tag == "script" else None

    def handle_endtag(self, tag: str) -> None:
        self.shape.append((f"/{tag}",))
        self._script = None

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data
        else:
            self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.shape.append(("comment",))


@pytest.fixture
def shape_of(tmp_path: Path, records: list, make_coefficients: Any):
    """The shape of a page with this text wherever text can come from elsewhere."""

    def shape(text: str) -> Shape:
        rows = [dict(row) for row in records[:6]]
        rows[2]["names"] = f"a{text}; b{text}"
        rows[-1] |= {"state": "failed", "val_top1": None, "reason": f"r{text}"}
        trials_table.write(tmp_path / "trials.csv", rows)
        frame = trials_table.read(tmp_path / "trials.csv")
        values = make_coefficients(records) | {
            "names": [f"a{text}", f"b{text}"],
            "baseline": f"n{text}",
            "rule": f"x{text}",
            "warning": f"w{text}",
            "instead": f"t{text}",
            "command": f"scalesearch {text}",
            "profile": f"p{text}",
            "dataset": f"folder:{text}",
            "created": f"c{text}",
            "settings": {f"k{text}": f"v{text}", "rows": [{f"k{text}": f"v{text}"}]},
            "versions": {f"k{text}": f"v{text}"},
        }
        facts = {f"f{text}": [f"f{text}"]}
        path = tmp_path / "report.html"
        first = values["candidates"][0] | {"names": [f"a{text}", f"b{text}"]}
        answer = Answer.from_json(values | {"candidates": [first, *values["candidates"][1:]]})
        published, surface = references_info("imagenet"), surface_of_answer(answer, points=False)
        page.write(path, frame, answer, facts, published, surface)
        return Shape(path.read_text(encoding="utf-8"))

    return shape


@pytest.mark.parametrize("text", EVIL)
def test_hostile_text_adds_no_element_and_no_attribute(shape_of, text: str) -> None:
    plain, evil = shape_of(WORD), shape_of(text)
    assert evil.shape == plain.shape
    assert set(evil.scripts) == set(plain.scripts)
    for name in ("plotly", "page"):
        assert evil.scripts[name] == plain.scripts[name]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("<>&'\"/=!-;#x \n\\a\x00\u2028"), max_size=12))
def test_no_text_at_all_does(shape_of, text: str) -> None:
    assert shape_of(text).shape == shape_of(WORD).shape


@pytest.mark.parametrize("text", EVIL[:5])
def test_hostile_text_is_there_to_be_read(shape_of, text: str) -> None:
    found = "".join(shape_of(text).text)
    for before in "rwnxtpv":
        assert f"{before}{text}" in found


@pytest.mark.parametrize("text", EVIL)
def test_the_data_of_a_picture_cannot_end_its_script(shape_of, text: str) -> None:
    scripts = shape_of(text).scripts
    for name in ("costs-figure", "triangle-figure", "published-params-figure"):
        assert "<" not in scripts[name]
        for trace in json.loads(scripts[name])["data"]:
            for shown in (*(trace.get("text") or ()), *(trace.get("customdata") or ())):
                assert not re.search(r"<(?!/?b>|br>)", str(shown))
