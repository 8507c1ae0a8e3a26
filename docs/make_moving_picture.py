"""Makes docs/images/demo.webp, the moving picture of the README, from the demo in Chromium.

    python docs/make_moving_picture.py

Needs the page built (`make web`), Node.js and Chromium.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "demo.webp"
FRAME_MILLISECONDS = 125


def main() -> None:
    """Plays, records, and writes the picture."""
    command = [sys.executable, "-m", "chatkit", "demo", "--port", "0", "--database", ":memory:"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            record(address_of(demo), Path(folder))
            assemble(sorted(Path(folder).glob("*.png")))
    finally:
        demo.terminate()
        demo.wait()


def address_of(demo: subprocess.Popen[str]) -> str:
    """Where the demo says that it is."""
    for line in demo.stdout or ():
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise RuntimeError("the demo did not start")


def record(url: str, folder: Path) -> None:
    """Has what is seen written to the folder, a file for each moment."""
    script = ROOT / "web" / "scripts" / "record-demo.mjs"
    subprocess.run([find_node(), str(script), url, str(folder)], cwd=ROOT / "web", check=True)


def find_node() -> str:
    """The Node.js of this machine."""
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("no Node.js here: install it first")
    return node


def assemble(files: list[Path]) -> None:
    """One picture of all moments; those that look like the one before last longer."""
    frames: list[Image.Image] = []
    durations: list[int] = []
    for file in files:
        frame = Image.open(file).convert("RGB")
        if frames and frame.tobytes() == frames[-1].tobytes():
            durations[-1] += FRAME_MILLISECONDS
            continue
        frames.append(frame)
        durations.append(FRAME_MILLISECONDS)
    frames[0].save(
        PICTURE,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        quality=60,
        method=4,
        minimize_size=True,
    )
    print(f"{PICTURE}: {len(frames)} frames, {PICTURE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
