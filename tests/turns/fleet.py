"""What happens to a process among others: it freezes, or hears badly. For servers in this one."""

import asyncio
from typing import Any

from turn_stage import Puppet


def station_of(server: Puppet) -> Any:
    """The lease, the listener and the reads of a server on PostgreSQL."""
    return server.log()._station()  # type: ignore[attr-defined]


async def freeze(server: Puppet) -> None:
    """From now on the server renews no lease and looks after nobody, until it is used again."""
    await server.supervisor().elsewhere.close()
    task = station_of(server).lease._task
    task.cancel()
    await asyncio.wait([task])


def garble(server: Puppet, manner: str) -> None:
    """Has the server hear nothing, everything twice, or in the wrong order."""
    listener = station_of(server).listener
    hear, heard = listener._hear, []

    def hear_badly(*said: Any) -> None:
        if manner == "doubled":
            hear(*said)
            hear(*said)
        elif manner == "reordered":
            heard.append(said)
            if len(heard) == 3:
                for each in reversed(heard):
                    hear(*each)
                heard.clear()

    listener._hear = hear_badly


async def in_line_elsewhere(server: Puppet, thread_id: str) -> None:
    """Returns once a turn of this server waits for one of another server."""
    for _ in range(5_000):
        pump = server.supervisor().running_on(thread_id)
        if pump is not None and pump.is_in_line:
            return
        await asyncio.sleep(0.001)
    raise AssertionError("no turn ever waited")
