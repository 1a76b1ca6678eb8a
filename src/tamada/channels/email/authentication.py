"""SPF, DKIM and DMARC verdicts as the receiving server wrote them down (RFC 8601).

Anyone may write `Authentication-Results` into a mail. Only fields with the name of a server that we trust count; they
are read from the top, since a receiver puts its own above what came with the mail, until the first one of another name.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from tamada.channels.email.headers import Headers

_VERDICTS = frozenset(
    {"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy", "bestguesspass"}
)
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_DKIM_DOMAIN = re.compile(r"header\.(?:d|i)=@?([^\s;]{1,255})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Authentication:
    """Verdicts by method, "" where none was given. `trusted` is False when nobody said which server's word counts."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    dkim_domain: str = ""
    server: str = ""
    trusted: bool = False


def authentication(headers: Headers, trusted: Collection[str] | None = None) -> Authentication:
    """The receiving server's verdicts.

    `trusted` names the servers whose fields count; an empty collection believes none (mail that comes to us straight
    from its sender); None takes the topmost field and says that it isn't vouched for.
    """
    fields = [_without_comments(value) for value in headers.all("authentication-results")[:50]]
    if trusted is not None:
        names = {name.strip().lower() for name in trusted if name.strip()}
        fields = _from_servers(fields, names)
    else:
        fields = fields[:1]
    if not fields:
        return Authentication()
    verdicts: dict[str, str] = {}
    domain = ""
    for value in fields:
        for item in value.split(";")[1:]:
            found = _RESULT.match(item)
            if found is None or found[2].lower() not in _VERDICTS:
                continue
            method, verdict = found[1].lower(), found[2].lower()
            if method == "dkim" and (verdict == "pass") > (verdicts.get("dkim") == "pass"):
                verdicts["dkim"] = verdict  # one good signature is enough
                signed = _DKIM_DOMAIN.search(item)
                domain = signed[1].lower().rpartition("@")[2] if signed else ""
            verdicts.setdefault(method, verdict)
    return Authentication(
        verdicts.get("spf", ""),
        verdicts.get("dkim", ""),
        verdicts.get("dmarc", ""),
        domain,
        _server(fields[0]),
        trusted is not None,
    )


def _from_servers(fields: list[str], names: set[str]) -> list[str]:
    out: list[str] = []
    for value in fields:
        if _server(value) in names:
            out.append(value)
        elif out:
            break
    return out


def _server(value: str) -> str:
    words = value.partition(";")[0].split()
    return words[0].lower() if words else ""


def _without_comments(value: str) -> str:
    """`value` without what stands in (nested) parentheses."""
    if "(" not in value:
        return value
    out: list[str] = []
    depth = 0
    for piece in re.split(r"([()])", value):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            out.append(piece)
    return "".join(out)
