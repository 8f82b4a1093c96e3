"""Ways to spoil a file, each a function of the content and a source of chance."""

import re
from collections.abc import Callable
from random import Random

Spoil = Callable[[bytes, Random], bytes]

_TOKEN = re.compile(rb"[^\s,:{}\[\]\"]+")
_VALUES = (
    "", "~", "null", "true", "no", "-1", "0", "-0.5", "1e999", "-1e999", "1" * 30, "1" * 5000,
    ".nan", ".inf", "NaN", "Infinity", "0x10", "0o17", "017", "1_000", "1:30", "2024-01-01", "x",
    "'", '"', '"\\ud800"', "[1, 2]", "{a: 1}", "{}", "[]", "[[[]]]", "!!python/object:os.system x",
    "!!binary aGk=", "&a 1", "*a", "<<: {a: 1}", "=1+1", "@SUM(A1)", "\u0663", "\uff1d1", "\\x00",
    "9223372036854775808", "1e308", "5e-324", "1.5", "os:system", "../../etc/passwd",
)  # fmt: skip
_ENCODINGS = (
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "utf-7", "cp037",
)  # fmt: skip


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True) or [b"\n"]


def truncated(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def beheaded(content: bytes, chance: Random) -> bytes:
    return content[chance.randrange(len(content) + 1) :]


def flipped(content: bytes, chance: Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8)) if content else 0):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def replaced(content: bytes, chance: Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 4)) if content else 0):
        spoilt[chance.randrange(len(spoilt))] = chance.choice(b"\x00\t\r\n\x1b\"'{}[],:-#&*!|>%@`=")
    return bytes(spoilt)


def inserted(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.randbytes(chance.choice((1, 3, 40))) + content[at:]


def swapped(content: bytes, chance: Random) -> bytes:
    lines = _lines(content)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def without_a_line(content: bytes, chance: Random) -> bytes:
    lines = _lines(content)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def doubled(content: bytes, chance: Random) -> bytes:
    """A line twice: a key that stands twice, or a trial."""
    lines = _lines(content)
    line = chance.choice(lines)
    lines.insert(chance.randrange(len(lines) + 1), line)
    return b"".join(lines)


def retyped(content: bytes, chance: Random) -> bytes:
    """A word or number becomes something of another type, or out of all bounds."""
    tokens = list(_TOKEN.finditer(content))
    if not tokens:
        return content
    token = chance.choice(tokens)
    value = chance.choice(_VALUES).encode("utf-8")
    return content[: token.start()] + value + content[token.end() :]


def shifted(content: bytes, chance: Random) -> bytes:
    """A line indented by other white space."""
    lines = _lines(content)
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((b" ", b"\t", b"   ", b"- ")) + lines[at]
    return b"".join(lines)


def deepened(content: bytes, chance: Random) -> bytes:
    opening, inside, closing = chance.choice(
        ((b"[", b"1", b"]"), (b'{"a":', b"1", b"}"), (b"{a: ", b"1", b"}"), (b"- ", b"1", b""))
    )
    depth = chance.choice((5, 25, 300, 5000))
    nested = opening * depth + inside + closing * depth
    tokens = list(_TOKEN.finditer(content))
    if not tokens:
        return nested
    token = chance.choice(tokens)
    return content[: token.start()] + nested + content[token.end() :]


def other_encoding(content: bytes, chance: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    if chance.random() < 0.3:
        text = text.replace("e", "é", 3)
    return text.encode(chance.choice(_ENCODINGS), "replace")


def other_lines(content: bytes, chance: Random) -> bytes:
    return content.replace(b"\n", chance.choice((b"\r", b"\r\n", b"\x0b", "\u2028".encode())))


def huge(content: bytes, chance: Random) -> bytes:
    """A name or value far longer than anyone writes."""
    long = chance.choice((b"x", b"9", b'"', b"=", b"\n", b" ")) * chance.choice((3000, 200_000))
    at = chance.randrange(len(content) + 1)
    return content[:at] + long + content[at:]


def garbage(content: bytes, chance: Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 10, 1000)))


WAYS: tuple[Spoil, ...] = (
    truncated, beheaded, flipped, replaced, inserted, swapped, without_a_line, doubled, retyped,
    retyped, retyped, retyped, shifted, deepened, other_encoding, other_lines, huge, garbage,
)  # fmt: skip


def spoilt(content: bytes, chance: Random) -> bytes:
    """The content spoilt in one to three ways, and never as it was."""
    for _ in range(20):
        changed = content
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            changed = chance.choice(WAYS)(changed, chance)
        if changed != content:
            return changed
    return content + b"\x00"
