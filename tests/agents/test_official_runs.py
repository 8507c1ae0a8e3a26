"""The events of a run beside those of openai-chatkit 1.6.5, recorded by record_run_goldens.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from run_cases import tell
from run_scripts import DIFFERENCES, SCRIPTS, responder

from chatkit.testing.models import ScriptedModel

GOLDEN = Path(__file__).parent / "golden" / "official_runs.json"
OFFICIAL: dict[str, list[dict[str, Any]]] = json.loads(GOLDEN.read_text("utf-8"))


def test_every_case_was_recorded() -> None:
    """A case that is not compared proves nothing."""
    assert set(OFFICIAL) == set(SCRIPTS)
    assert set(DIFFERENCES) <= set(SCRIPTS)


@pytest.mark.parametrize("case", SCRIPTS)
async def test_a_run_is_told_as_officially_but_for_the_listed_differences(case: str) -> None:
    """Pages were written for these events, in this order."""
    async with ScriptedModel(responder=responder()) as model:
        told = await tell(case, model.base_url)
    if case in DIFFERENCES:
        assert told != OFFICIAL[case], "the same by now: take it off the list"
    else:
        assert told == OFFICIAL[case]
