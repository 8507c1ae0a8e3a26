"""Writes `converter_goldens.json`: what the official package makes of the converter's cases.

Run it with a Python in which `openai-chatkit` is installed, and not this package:
`python tests/agents/record_converter_goldens.py`.
"""

from __future__ import annotations

import asyncio
import json
import warnings
from pathlib import Path

warnings.simplefilter("ignore")


async def main() -> None:
    from converter_cases import CASES, convert

    goldens = {name: await convert(items) for name, items in CASES.items()}
    text = json.dumps(goldens, indent=1, ensure_ascii=False, sort_keys=True)
    (Path(__file__).parent / "converter_goldens.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
