"""What both ways of chatting begin with: is the server there, and which thread is the newest?"""

from chatkit.client import ApiError, ChatKitClient

__all__ = ["newest_thread"]


async def newest_thread(client: ChatKitClient) -> str | None:
    """The id of the person's newest thread, if there is one. Raises: ClientError.

    A server that keeps no list still takes messages; one that wants a login, or is no endpoint
    at all, is an error.
    """
    try:
        page = await client.threads(limit=1)
    except ApiError as error:
        if error.status in (401, 403, 404, 405):
            raise
        return None
    return page.data[0].id if page.data else None
