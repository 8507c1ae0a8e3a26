"""What the tests of `chatkit doctor` share: a server to look at, and what was found."""

from typing import Any

from chatkit.cli.doctor.finding import Finding
from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore


class Silent(ChatKitServer[Any]):
    """Answers nothing."""

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> Any:
        for event in ():
            yield event


def levels(findings: list[Finding], subject: str) -> list[str]:
    return [finding.level for finding in findings if finding.subject.startswith(subject)]


def messages(findings: list[Finding], level: str = "problem") -> str:
    return "\n".join(finding.message for finding in findings if finding.level == level)


def server_app(**options: Any) -> Any:
    return create_app(Silent(MemoryStore()), page=True, drain_on_signals=False, **options)
