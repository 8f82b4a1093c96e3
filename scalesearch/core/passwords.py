"""Passwords that stand inside URLs, taken out of all that is shown, recorded or written.

A storage or download URL may hold one, and such a URL may stand in an option, in the environment
or in the text of another library's error.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"

# One slash too: a path made of a URL has lost the other. A scheme has two letters or more, for
# `C:/` is a drive. All up to the last @ of the word is the password, for one may hold an @ itself.
_HEAD = r"(?:[a-z][a-z0-9+._-]{1,40}:/{1,3}|[a-z]://)[^\s/:@]{0,200}:"
_IN_URL = re.compile(rf"(?P<head>{_HEAD})(?P<secret>(?:(?!://)\S)*)(?P<tail>@)", re.IGNORECASE)
# The same for a text that is one URL and nothing else, where a password may hold a space.
_WHOLE = re.compile(rf"(?P<head>\s*{_HEAD})(?P<secret>[^@\n]*)(?P<tail>@\S*\s*)", re.IGNORECASE)
# A name without a password is one where a web server takes a token for it.
_TOKEN_USER = re.compile(
    r"(?P<head>https?:/{1,3})(?P<secret>[^\s/:@?#]{1,2000})(?P<tail>@)", re.IGNORECASE
)
# `?password=...` and the like, and `password=...` alone, as libraries write connections. Closing
# quotes and brackets at the end of a word belong to the sentence.
_NAME = re.compile(r"(?P<before>[?&;#]|\b)(?P<name>[\w.%-]{1,80})=")
_VALUE = re.compile(r"[^&#\s]*?(?=[&#\s]|[)\]}'\".,;:]{0,8}(?:\s|$))")
_SECRET = re.compile(
    r"passw(or)?d|passphrase|pwd|token|secret|api[_-]?key|access[_-]?key|signature|credential"
    r"|^(pass|key|auth|sig)$",
    re.IGNORECASE,
)
_ALWAYS = ("password", "passwd", "pwd")


def without_passwords(text: str) -> str:
    """`text` with `***` for each password in it; the same text where it holds none.

    Taken out are the password of `scheme://user:password@host`, the name of `https://token@host`,
    and what follows `=` in query parts such as `?password=` and `&access_token=`.
    """
    if "@" in text:
        whole = _WHOLE.fullmatch(text)
        if whole:
            text = _hidden(whole)
        text = _TOKEN_USER.sub(_hidden, _IN_URL.sub(_hidden, text))
    return _without_parts(text) if "=" in text else text


def plain_without_passwords(value: Any) -> Any:
    """Plain values (mappings, lists, text and numbers) with no password in any text of theirs."""
    if isinstance(value, str):
        return without_passwords(value)
    if isinstance(value, Mapping):
        return {
            plain_without_passwords(name): plain_without_passwords(each)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain_without_passwords(each) for each in value]
    return value


def _hidden(found: re.Match[str]) -> str:
    return f"{found['head']}{HIDDEN if found['secret'] else ''}{found['tail']}"


def _without_parts(text: str) -> str:
    """The text without the values of `name=value` whose name says that they are secret."""
    pieces, at = [], 0
    for found in _NAME.finditer(text):
        name = found["name"]
        secret = _SECRET.search(name) if found["before"] else name.lower() in _ALWAYS
        value = _VALUE.match(text, found.end()) if secret and found.start() >= at else None
        if value and value[0]:
            pieces += [text[at : found.end()], HIDDEN]
            at = value.end()
    return "".join([*pieces, text[at:]])
