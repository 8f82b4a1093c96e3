"""No password of a URL is told; all other text is told as it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.core.passwords import plain_without_passwords, without_passwords

NAMES = st.text("abcdefghij0123456789._-", min_size=1, max_size=12)
SECRETS = st.text(
    st.characters(exclude_characters="&#", exclude_categories=["Z", "C"]), min_size=1, max_size=20
)
QUIET = st.text(st.characters(exclude_characters="@=", exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("postgresql://me:s3cret@db/studies", "postgresql://me:***@db/studies"),
        ("mysql+pymysql://me:p@ss/w:rd@db:3306/x", "mysql+pymysql://me:***@db:3306/x"),
        ("(sqlite3.Error) 'redis://:s3cret@db' failed", "(sqlite3.Error) 'redis://:***@db' failed"),
        ("aa://u:p@h,bb://v:q@k", "aa://u:***@h,bb://v:***@k"),
        ("postgres://me:two words@db", "postgres://me:***@db"),
        ("https://t0ken@github.com/x", "https://***@github.com/x"),
        ("--results postgres:/me:s3cret@db/x", "--results postgres:/me:***@db/x"),
        ("https://h/x?password=s3cret&phi=1", "https://h/x?password=***&phi=1"),
        ("https://h/?to=https://g?access_token=s3cret", "https://h/?to=https://g?access_token=***"),
        ("https://h/?X-Amz-Signature=s#api_key=k", "https://h/?X-Amz-Signature=***#api_key=***"),
        ("not connected: host=db password=s3cret", "not connected: host=db password=***"),
        ("Got 'x?token=s3cret'.", "Got 'x?token=***'."),
    ],
)  # fmt: skip
def test_what_is_secret_is_left_out(text: str, told: str) -> None:
    assert without_passwords(text) == told
    assert without_passwords(told) == told


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:///results/study.db", "https://example.org:8080/a", "ssh://git@example.org/x",
        "folder:photos/a@b", "C:/a:b@c", "efficientnet_b0:3.0.2", "me@example.org", "phi=1",
        "mynet:build", "width=2, token=word", "scalesearch grid --phi 1 --dataset folder:a=b",
    ],
)  # fmt: skip
def test_what_holds_no_secret_stays_as_it_is(text: str) -> None:
    assert without_passwords(text) == text


@given(QUIET)
def test_text_without_a_url_is_never_changed(text: str) -> None:
    assert without_passwords(text) == text


@given(QUIET, NAMES, NAMES, SECRETS, NAMES)
def test_a_password_is_never_told_wherever_the_url_stands(
    before: str, scheme: str, user: str, secret: str, host: str
) -> None:
    url = f"{before} zz{scheme}://{user}:<<{secret}>>@{host}"
    told = without_passwords(url)
    assert f"<<{secret}" not in told
    assert told.endswith(f"{user}:***@{host}")


@given(NAMES, SECRETS)
def test_a_secret_of_a_query_is_never_told(host: str, secret: str) -> None:
    told = without_passwords(f"https://{host}/?password=<<{secret}>>&x=1")
    assert f"<<{secret}" not in told
    assert told.endswith("?password=***&x=1")


def test_values_are_looked_through_at_every_depth() -> None:
    url, told = "a1://u:p@h", "a1://u:***@h"
    values = {url: [url, {"x": (url, 1, None, True, 0.5)}]}
    assert plain_without_passwords(values) == {told: [told, {"x": [told, 1, None, True, 0.5]}]}


@pytest.mark.parametrize(
    "text",
    ["@" * 100_000, "ab://u:" * 20_000 + "@", "ab:/:" * 30_000 + "@", "?token=" + "'" * 100_000,
     "?token=" * 30_000, "?" + "a" * 100_000 + "=@", "a" * 200_000 + "@", "a." * 50_000 + "@="],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    start = time.monotonic()
    without_passwords(text)
    assert time.monotonic() - start < 5
