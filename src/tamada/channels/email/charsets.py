"""Bytes to text, whatever the mail claims about them.

Python knows neither ARMSCII-8 nor GEOSTD8, which old Armenian and Georgian programs still write: here are their tables.
Sources: ARMSCII-8 (AST 34.002), GEOSTD8 as in common use.
"""

import codecs
import re

_ALIASES = {
    "ansi": "cp1252",
    "ascii": "ascii",
    "cp-1251": "cp1251",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",  # as browsers do: the C1 range of Latin-1 is never meant
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "unicode": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "us-ascii": "ascii",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "windows1251": "cp1251",
    "x-cp1251": "cp1251",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-user-defined": "cp1252",
}

# Codecs that Python has by name and that are no character sets (they decompress, or turn bytes into bytes).
_NOT_CHARSETS = re.compile(
    r"^(base64|bz2|hex|idna|mbcs|oem|palmos|punycode|quopri|raw|rot|undefined|unicode_|uu|zip|zlib|string)",
    re.IGNORECASE,
)

# Encodings that write other scripts with ASCII bytes or escapes: always valid UTF-8, and meant otherwise.
_SHIFTED = re.compile(r"^(iso2022|iso-2022|hz|utf-?7|utf-?16|utf-?32)", re.IGNORECASE)

# Many-byte encodings: a short text of theirs may look like UTF-8 by accident, so the declaration wins.
_MULTIBYTE = frozenset({"big5", "big5hkscs", "cp932", "cp949", "cp950", "euc_jp", "gb18030", "johab", "shift_jis"})


def _armscii8() -> dict[int, str]:
    table = {byte: chr(byte) for byte in range(0xA1)}
    table.update(zip(range(0xA2, 0xB2), "և։)(»«—.՝,-֊…՜՛՞", strict=True))
    for letter in range(38):
        table[0xB2 + 2 * letter] = chr(0x531 + letter)
        table[0xB3 + 2 * letter] = chr(0x561 + letter)
    table[0xFE] = "՚"
    return table


def _geostd8() -> dict[int, str]:
    table = {byte: chr(byte) for byte in range(0x80)}
    table.update((byte, bytes([byte]).decode("cp1252", "replace")) for byte in range(0x80, 0xC0))
    table.update(zip(range(0xC0, 0xE6), "აბგდევზჱთიკლმნჲოპჟრსტჳუფქღყშჩცძწჭხჴჯჰჵ", strict=True))
    return table


_TABLES = {"armscii-8": _armscii8(), "armscii8": _armscii8(), "geostd8": _geostd8(), "geostd-8": _geostd8()}
_GUESSES = {
    "cp1251": re.compile(r"[а-яё]{2,}"),
    "koi8-r": re.compile(r"[а-яё]{2,}"),
    "cp866": re.compile(r"[а-яё]{2,}"),
    "armscii-8": re.compile(r"[ա-և]{2,}"),
}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_SAMPLE = 4096


def decode(data: bytes, declared: str = "") -> tuple[str, bool]:
    """The text of `data` and whether the declared charset carried it. Never raises.

    UTF-8 comes first, since what is valid UTF-8 is hardly ever anything else; then what was declared, then a guess.
    """
    if data.isascii() and not declared:
        return data.decode("ascii"), True
    name = canonical(declared)
    if name and (_SHIFTED.match(name) or name in _MULTIBYTE):
        text = _strict(data, name)
        if text is not None:
            return text, True
    text = _strict(data, "utf-8")
    if text is not None:
        return text, declared == "" or bool(name)
    if name and name not in ("utf-8", "ascii"):
        text = _strict(data, name)
        if text is not None:
            return text, True
        text = _loose(data, name)
        # A charset that explains no byte beyond ASCII is not the one it was written in.
        return (_loose(data, guess(data)) if _explains_nothing(text) else text), False
    if name == "utf-8" and _mostly_utf8(data):
        return data.decode("utf-8", "replace"), False
    return _loose(data, guess(data)), False


def canonical(declared: str) -> str:
    """The codec for a declared charset, or "" when we know none by that name."""
    name = declared.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if name in ("utf-8", "ascii", "cp1251", "cp1252") or name in _TABLES:
        return name
    if not name or len(name) > 40 or not name.isascii() or "\0" in name or _NOT_CHARSETS.match(name):
        return ""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return "" if _NOT_CHARSETS.match(found) else found


def guess(data: bytes) -> str:
    """The likeliest 8-bit charset of text that is not UTF-8: the one that gives most lower-case words of one script."""
    sample = data[:_SAMPLE]
    best, best_score = "cp1252", 3
    for name, words in _GUESSES.items():
        score = sum(len(word) for word in words.findall(_loose(sample, name)))
        if score > best_score:
            best, best_score = name, score
    return best


def clean(text: str) -> str:
    """`text` with `\\n` line ends and without NULs, control characters and halves of surrogate pairs."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text)


def _strict(data: bytes, name: str) -> str | None:
    if name in _TABLES:
        text = _loose(data, name)
        return None if "\ufffd" in text else text
    try:
        return data.decode(name)
    except (UnicodeError, ValueError, LookupError):
        return None


def _loose(data: bytes, name: str) -> str:
    if name in _TABLES:
        table = _TABLES[name]
        return "".join([table.get(byte, "\ufffd") for byte in data])
    return data.decode(name, "replace")


def _explains_nothing(text: str) -> bool:
    return all(char.isascii() or char == "\ufffd" for char in text)


def _mostly_utf8(data: bytes) -> bool:
    """Whether broken UTF-8 is still UTF-8: a cut or damaged letter here and there, not another encoding."""
    sample = data[:_SAMPLE]
    text = sample.decode("utf-8", "ignore")
    good = len(text.encode()) - sum(map(str.isascii, text))
    bad = len(sample) - len(text.encode())
    return good > 4 * bad
