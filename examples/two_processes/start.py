"""Starts two processes of the app and nginx before them: `python start.py`. Ctrl-C ends all."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Runs until one of the three ends, or a signal comes; then ends the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8080, help="nginx's; the next two are the app's"
    )
    port = parser.parse_args().port
    if "DATABASE_URL" not in os.environ:
        parser.error("set DATABASE_URL to a PostgreSQL database: postgresql://user@host/name")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="two-processes-") as folder:
        programs = [app(port + 1), app(port + 2), nginx(port, Path(folder))]
        print(f"Open http://127.0.0.1:{port}", flush=True)
        with suppress(KeyboardInterrupt):
            os.wait()
        for program in programs:
            program.terminate()
        return max(program.wait() for program in programs)


def app(port: int) -> subprocess.Popen[bytes]:
    """One process of the app."""
    command = [sys.executable, "-m", "chatkit", "serve", "app:app", "--port", str(port)]
    return subprocess.Popen(command, cwd=HERE)


def nginx(port: int, folder: Path) -> subprocess.Popen[bytes]:
    """nginx with the configuration of this folder, at other ports where others are asked for."""
    text = (HERE / "nginx.conf").read_text()
    for number in range(3):
        text = text.replace(f":808{number};", f":{port + number};")
    (folder / "nginx.conf").write_text(text)
    command = ["nginx", "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"]
    return subprocess.Popen(command)


if __name__ == "__main__":
    sys.exit(main())
