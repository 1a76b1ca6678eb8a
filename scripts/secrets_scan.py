"""Looks for secrets in every file that is kept, and says where: keys, tokens, passwords in addresses, private keys.

Usage: secrets_scan.py [FILE…]. Status 1 if something was found. What only looks like a secret is named in ALLOWED, with
the reason; a test holds that nothing stands there without need.
"""

import math
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 2_000_000  # Bytes; larger files are data.
LOCKS = frozenset({"uv.lock", "package-lock.json"})  # Hashes of packages, thousands of them.

SHAPES = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*\w"),
    "an AWS key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{60,})"),
    "a GitLab token": re.compile(r"\bglpat-[\w-]{20}"),
    "a Slack token": re.compile(r"\bxox[abeprs]-[\w-]{10,}"),
    "a Google key": re.compile(r"\bAIza[\w-]{35}\b|\bGOCSPX-[\w-]{28}\b"),
    "a Stripe key": re.compile(r"\b[rs]k_live_\w{16,}"),
    "a provider's mail key": re.compile(r"\bSG\.[\w-]{22}\.[\w-]{43}\b|\bkey-[0-9a-f]{32}\b"),
    "a token of Tamada": re.compile(r"\btmd_[\w-]{43}"),
    "a signed token (JWT)": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a PyPI or npm token": re.compile(r"\bpypi-AgEI[\w-]{50,}|\bnpm_[A-Za-z0-9]{36}\b"),
}
NAMED = re.compile(
    r"""(?i)(?:password|passwd|secret|token|api_?key|private_?key|credential)\w*["']?\s*[:=]\s*["'](?!https?://)([^\s"'{}$<>]{20,})["']"""
)
IN_ADDRESS = re.compile(r"\w://[^\s:/@\"']+:([^\s/@\"'{}$]{12,})@[\w.-]+")
# Bits a character: words and paths stay below, random letters and digits lie above.
RANDOM = 3.8
RANDOM_AND_LONG, LONG = 4.4, 32
RANDOM_HEX, HEX = 2.9, re.compile(r"[0-9a-fA-F]{20,}")

# (file, what): why it is none.
ALLOWED: dict[tuple[str, str], str] = {
    ("tests/channels/email/test_xoauth2.py", "a secret by its name"): "the example that Google publishes",
    ("tests/helpers/telegram.py", "a secret by its name"): "of a bot made up for the tests",
    ("tests/upgrade/0.1.0/about.toml", "a secret by its name"): "of a database made up for the tests",
    ("tests/upgrade/0.1.0/about.toml", "a token of Tamada"): "of a database made up for the tests",
}


def entropy(text: str) -> float:
    """Bits a character, by how often each occurs."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def looks_random(text: str) -> bool:
    """Whether a text has no order, as what a generator made. A short one must mix letters and digits as well."""
    if HEX.fullmatch(text):
        return entropy(text) >= RANDOM_HEX
    if len(text) >= LONG:
        return entropy(text) >= RANDOM_AND_LONG or (bool(re.search(r"\d", text)) and entropy(text) >= RANDOM)
    return bool(re.search(r"\d", text) and re.search(r"[A-Za-z]", text)) and entropy(text) >= RANDOM


def found_in(text: str) -> Iterator[tuple[int, str]]:
    """(line, what) for all that looks like a secret."""
    for what, shape in SHAPES.items():
        for match in shape.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, what
    for what, shape in (("a secret by its name", NAMED), ("a password in an address", IN_ADDRESS)):
        for match in shape.finditer(text):
            if looks_random(match[1]):
                yield text.count("\n", 0, match.start()) + 1, what


def kept_files() -> list[Path]:
    """What git keeps or would keep; without git everything that is not installed or built."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        return sorted(ROOT / name for name in names if name)
    skipped = {".venv", "node_modules", "assets", "var", ".git"}
    return sorted(p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.relative_to(ROOT).parts))


def scan(files: Iterable[Path]) -> Iterator[tuple[str, int, str]]:
    """(file, line, what) of everything found, the allowed as well. What is no text holds no secret of ours."""
    for file in files:
        if file.name in LOCKS or not file.is_file() or file.stat().st_size > LARGEST:
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        name = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else str(file)
        for line, what in found_in(text):
            yield name, line, what


def main(arguments: list[str]) -> int:
    """Print what was found and is not allowed; never the secret itself."""
    files = [Path(name).resolve() for name in arguments] or kept_files()
    bad = [(name, line, what) for name, line, what in scan(files) if (name, what) not in ALLOWED]
    for name, line, what in bad:
        print(f"{name}:{line}: looks like {what}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
