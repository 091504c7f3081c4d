"""The practice platform behaves like a platform, over real HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from vigie.demo.platform import build_app
from vigie.testing.http_server import running


def a_line(id_: str = "c1", **changes: str) -> dict[str, Any]:
    """Return a line as connectors receive it."""
    return {"id": id_, "kind": "comment", "text": "Bonjour", "conversation": "pub-1", **changes}


def client_of(url: str) -> httpx.Client:
    """Return a client that is allowed in."""
    return httpx.Client(base_url=url, headers={"authorization": "Bearer secret"})


@pytest.fixture
def app() -> Starlette:
    """A platform without a past."""
    return build_app("secret")


@pytest.fixture
def client(app: Starlette) -> Iterator[httpx.Client]:
    """A client of the running platform."""
    with running(app) as url, client_of(url) as client:
        yield client


def test_nobody_enters_without_the_token(client: httpx.Client) -> None:
    """A missing or wrong token is a 401, for the drill door as well."""
    for header in ("", "Bearer wrong", "secret"):
        for path in ("/api/changes", "/drill/failures"):
            assert client.get(path, headers={"authorization": header}).status_code == 401


def test_changes_come_in_order_after_the_cursor(client: httpx.Client) -> None:
    """Pages follow one another without a gap, and an empty page keeps the cursor."""
    assert client.post("/api/posts", json=[a_line(f"c{n}") for n in range(5)]).status_code == 201
    seen, cursor = [], 0
    for _ in range(4):
        page = client.get("/api/changes", params={"after": cursor, "limit": 2}).json()
        seen += [change["post"]["id"] for change in page["changes"]]
        cursor = page["next"]
    assert seen == ["c0", "c1", "c2", "c3", "c4"]
    assert cursor == 5


def test_a_hidden_comment_reads_back_hidden_until_it_is_shown_again(client: httpx.Client) -> None:
    """Hiding and showing may be repeated and can be read back."""
    client.post("/api/posts", json=a_line())
    for _ in range(2):
        assert client.post("/api/comments/c1/hide").json() == {"id": "c1", "hidden": True}
    assert client.get("/api/hidden").json() == ["c1"]
    client.post("/api/comments/c1/unhide")
    assert client.get("/api/comments/c1").json() == {"id": "c1", "hidden": False, "removed": False}


def test_only_comments_that_still_stand_can_be_hidden(client: httpx.Client) -> None:
    """An unknown id, a mention and a removed comment are 404 as JSON."""
    client.post("/api/posts", json=[a_line("m1", kind="mention"), a_line("c1")])
    client.post("/api/posts", json=a_line("c1", change="removed", text=""))
    for id_ in ("unknown", "m1", "c1"):
        answer = client.post(f"/api/comments/{id_}/hide")
        assert (answer.status_code, answer.json()) == (404, {"error": "no such comment"})
    assert client.get("/api/comments/c1").json()["removed"] is True


def test_an_edit_keeps_the_comment_hidden(client: httpx.Client) -> None:
    """Editing is a further change of the same comment."""
    client.post("/api/posts", json=a_line())
    client.post("/api/comments/c1/hide")
    client.post("/api/posts", json=a_line(change="edited", text="Bonsoir"))
    assert client.get("/api/hidden").json() == ["c1"]
    assert len(client.get("/api/changes").json()["changes"]) == 2


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"text": "no id"}', b"\xff"])
def test_what_is_no_post_is_refused(client: httpx.Client, body: bytes) -> None:
    """Nothing is published of a request that holds something else than posts."""
    assert client.post("/api/posts", content=body).status_code == 400
    assert client.get("/api/changes").json() == {"changes": [], "next": 0}


def test_a_drill_plans_failures_over_http(client: httpx.Client) -> None:
    """The planned number of requests fails, with the wait that was asked for, and no more."""
    client.post("/api/posts", json=a_line())
    plan = {"status": 429, "times": 2, "retry_after": 3, "under": "/api/comments/"}
    assert client.post("/drill/failures", json=plan).status_code == 204
    assert client.get("/api/changes").status_code == 200
    answers = [client.post("/api/comments/c1/hide") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "3"


def test_a_failed_request_changes_nothing(app: Starlette, client: httpx.Client) -> None:
    """A hide that was answered with an error was not done."""
    client.post("/api/posts", json=a_line())
    app.state.platform.fail_next(500)
    client.post("/api/comments/c1/hide")
    assert client.get("/api/hidden").json() == []


def test_garbage_is_not_json(app: Starlette, client: httpx.Client) -> None:
    """A 200 with an unreadable body, as proxies send them."""
    app.state.platform.fail_next(200, garbage=True)
    answer = client.get("/api/changes")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="decode"):
        answer.json()


def test_random_failures_repeat_with_their_seed(client: httpx.Client) -> None:
    """The same seed makes the same requests fail; a rate of 0 ends it."""

    def statuses() -> list[int]:
        client.post("/drill/failures", json={"seed": 7, "rate": 0.5})
        return [client.get("/api/hidden").status_code for _ in range(30)]

    first = statuses()
    assert set(first) == {200, 503}
    assert statuses() == first
    client.post("/drill/failures", json={"rate": 0})
    assert client.get("/api/hidden").status_code == 200


def test_an_unknown_drill_setting_is_refused(client: httpx.Client) -> None:
    """A misspelt failure must not pass for a drill that found nothing."""
    assert client.post("/drill/failures", json={"statuss": 500}).status_code == 400


def test_a_restart_forgets_nothing_that_was_answered(tmp_path: Path) -> None:
    """Posts and hides survive, and half a line left by a crash is dropped."""
    journal = tmp_path / "platform" / "state.jsonl"
    with running(build_app("secret", journal)) as url, client_of(url) as client:
        client.post("/api/posts", json=[a_line("c1"), a_line("c2")])
        client.post("/api/comments/c2/hide")
    with journal.open("ab") as file:
        file.write(b'{"hidden": "c1", "val')
    for _ in range(2):
        with running(build_app("secret", journal)) as url, client_of(url) as client:
            assert client.get("/api/hidden").json() == ["c2"]
            assert client.get("/api/changes").json()["next"] == 2
