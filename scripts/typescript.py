"""Checks the types of the front end. The compiler comes from npm, and Node too where the machine has none."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import hatch_build  # noqa: E402

FRONTEND = ROOT / "frontend"


def ensure_node() -> None:
    """Install Node's wheel into this environment when the machine has no Node of its own."""
    if hatch_build.system_node() is None:
        uv = Path(sys.executable).with_name("uv")
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", sys.executable, hatch_build.NODE_WHEEL], check=True
        )


def ensure_compiler() -> Path:
    """Install the front end's packages, those for development included. Returns the compiler."""
    modules = FRONTEND / "node_modules"
    compiler = modules / "typescript" / "bin" / "tsc"
    if not compiler.exists():
        hatch_build.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONTEND)
        # The build keeps this stamp, and would otherwise install the packages again.
        (modules / ".tamada-lock").write_text(hatch_build.digest([FRONTEND / "package-lock.json"]))
    return compiler


def main() -> int:
    """Run the compiler. Returns its exit status."""
    ensure_node()
    try:
        hatch_build.node(str(ensure_compiler()), "--noEmit", cwd=FRONTEND)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
