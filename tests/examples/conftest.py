"""What the tests of the examples share with the HTTP tests: processes of their own."""

import sys
from pathlib import Path

HTTP = str(Path(__file__).parents[1] / "http")
if HTTP not in sys.path:
    sys.path.append(HTTP)
