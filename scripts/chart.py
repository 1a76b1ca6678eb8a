"""Renders the chart of `deploy/helm` with Helm and keeps the result, which the tests compare with Kubernetes' schemas.

Usage: chart.py [HELM]      HELM is the program, `helm` by default
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHART = ROOT / "deploy" / "helm" / "tamada"
KUBERNETES = "1.29"
RENDERED = ROOT / "tests" / "deploy" / "rendered.yaml"


def digest(chart: Path) -> str:
    """Of every file of the chart, so that a change shows."""
    whole = hashlib.sha256()
    for file in sorted(chart.rglob("*")):
        if file.is_file():
            whole.update(f"{file.relative_to(chart).as_posix()}\0".encode() + file.read_bytes())
    return f"sha256:{whole.hexdigest()}"


def main(arguments: list[str]) -> None:
    helm = arguments[0] if arguments else "helm"
    subprocess.run([helm, "lint", "--strict", str(CHART)], check=True)
    done = subprocess.run(
        [helm, "template", "tamada", str(CHART), "--kube-version", KUBERNETES],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    RENDERED.write_text(f"# {digest(CHART)}\n{done.stdout}")


if __name__ == "__main__":
    main(sys.argv[1:])
