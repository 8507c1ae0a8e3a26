"""Names that apps import from where they are used rather than from where they are defined."""

import importlib

import pytest

import chatkit.types


@pytest.mark.parametrize("module", ["chatkit.server", "chatkit.store"])
@pytest.mark.parametrize("name", ["ThreadMetadata", "UserMessageItem", "ThreadStreamEvent", "Page"])
def test_messages_can_be_imported_from_the_server_and_the_store(module: str, name: str) -> None:
    """Apps written for openai-chatkit do, as its modules import every message themselves."""
    assert getattr(importlib.import_module(module), name) is getattr(chatkit.types, name)


@pytest.mark.parametrize("module", ["chatkit.server", "chatkit.store"])
def test_a_name_that_is_nowhere_is_an_error(module: str) -> None:
    """`hasattr` and `from … import …` both rely on AttributeError."""
    assert not hasattr(importlib.import_module(module), "ThreadMetadatum")
