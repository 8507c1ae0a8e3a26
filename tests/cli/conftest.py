"""What the command-line tests share with the HTTP tests: real servers, and processes of them."""

import sys
from pathlib import Path

HTTP = str(Path(__file__).parents[1] / "http")
if HTTP not in sys.path:
    sys.path.append(HTTP)
