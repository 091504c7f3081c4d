"""The practice platform over HTTP; what answers mean stands in `requests`."""

from typing import TypeVar

import httpx

from config.settings import PracticePlatform
from vigie.connectors.practice import requests
from vigie.connectors.practice.requests import Answer, Ask, Changes, Comment, read
from vigie.errors import Misconfigured, Transient
from vigie.ports import Clock

T = TypeVar("T")


class PracticeClient:
    """Keeps the port `ModerationPlatform`; connections are pooled until it is closed."""

    def __init__(self, section: PracticePlatform, clock: Clock) -> None:
        """Raise Misconfigured where the URL is none."""
        self._clock = clock
        self._client = httpx.AsyncClient(
            base_url=_url(section.url),
            headers={"Authorization": f"Bearer {section.token.get_secret_value()}"},
            timeout=section.timeout.total_seconds(),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def hide(self, native_id: str) -> None:
        """Hide the comment."""
        await self._ask(requests.hide(native_id), Comment)

    async def unhide(self, native_id: str) -> None:
        """Show the comment again."""
        await self._ask(requests.unhide(native_id), Comment)

    async def is_hidden(self, native_id: str) -> bool:
        """Read back whether the platform hides the comment."""
        return (await self._ask(requests.show(native_id), Comment)).hidden

    async def changes(self, after: int) -> Changes:
        """Return a page of what happened after the cursor."""
        return await self._ask(requests.changes(after), Changes)

    async def _ask(self, ask: Ask, type_: type[T]) -> T:
        try:
            response = await self._client.request(ask.method, ask.path)
        except httpx.RequestError as error:
            message = f"the practice platform cannot be reached ({type(error).__name__})"
            raise Transient(message) from error
        answer = Answer(response.status_code, response.content, response.headers.get("Retry-After"))
        return read(answer, type_, now=self._clock.now())


def _url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        message = "platforms.practice.url is not a URL: write it like http://host:8090"
        raise Misconfigured(message)
    return url
