"""What importing a public module costs: CPU, and the memory of a process that does nothing else.

Each sample is a process of its own, on modules that are compiled already.
"""

import json
import subprocess

from benchmarks.sides import environment, place

_PROGRAM = """
import time
began = time.process_time()
{code}
used = time.process_time() - began
import json, pathlib
# Not ru_maxrss: it begins at what the process had that started this one.
memory = int(pathlib.Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])
print(json.dumps([used, memory]))
"""

MODULES = {
    "import chatkit.types": ("import chatkit.types", 0.50, None),
    "import chatkit.server": ("import chatkit.server", 0.10, 0.35),
    "import chatkit.agents": ("import chatkit.agents", 0.20, None),
}
"""By their names: the code, the ratio that is asked for of the CPU, and of the memory."""

_PYDANTIC = """
from pydantic import BaseModel, Field, TypeAdapter, model_serializer
class Model(BaseModel, defer_build=True):
    name: str = Field(default="")
"""
FLOOR = {
    "import chatkit.types": _PYDANTIC,
    "import chatkit.server": f"import asyncio, logging\n{_PYDANTIC}",
}
"""What it takes to have one model of pydantic's, which is built when it is first used."""


def measure(python: str, code: str) -> tuple[float, float]:
    """Seconds of CPU, and bytes of memory of the process."""
    command = [python, "-W", "ignore", "-c", _PROGRAM.format(code=code)]
    done = subprocess.run(
        command, cwd=place(), env=environment(), check=True, capture_output=True, text=True
    )
    seconds, kibibytes = json.loads(done.stdout)
    return seconds, kibibytes * 1024
