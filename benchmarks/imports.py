"""What importing a public module costs: CPU, and the memory of a process that does nothing else.

Each sample is a process of its own, on modules that are compiled already.
"""

import json
import subprocess

from benchmarks.sides import ROOT, environment

_PROGRAM = """
import json, resource, time
began = time.process_time()
{code}
used = time.process_time() - began
print(json.dumps([used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""

MODULES = {
    "import chatkit.types": ("import chatkit.types", 0.50, None),
    "import chatkit.server": ("import chatkit.server", 0.10, 0.35),
    "import chatkit.agents": ("import chatkit.agents", 0.20, None),
}
"""By their names: the code, the ratio that is asked for of the CPU, and of the memory."""


def measure(python: str, code: str) -> tuple[float, float]:
    """Seconds of CPU, and KiB of memory of the process."""
    command = [python, "-W", "ignore", "-c", _PROGRAM.format(code=code)]
    done = subprocess.run(
        command, cwd=ROOT / ".cache", env=environment(), check=True, capture_output=True, text=True
    )
    seconds, kibibytes = json.loads(done.stdout)
    return seconds, kibibytes
