"""The alert as a phone and a screen show it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from alerting.messages.composer import Composer
from vigie.domain.incident import Signal, SignalKind
from vigie.domain.notification import Channel
from vigie.testing.alerts import NEGATIVES, a_notification, a_person, a_watch, an_incident
from vigie.testing.builders import a_post

pytestmark = pytest.mark.chromium

SIGNALS = (
    NEGATIVES,
    Signal(SignalKind.TOXIC, count=12, n=300, expected=0.4, low=0.02, high=0.07),
    Signal(SignalKind.VOLUME, count=12_840, n=12_840, expected=60.0, low=1.0, high=1.0),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give the system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Write an alert with all its parts, and long unbroken words, to a file."""
    compose = Composer(
        watches={"eau": a_watch(name="Campagne Eau potable pour toutes et tous")},
        organisation="Sourcebelle",
        time_zone="Europe/Paris",
        posts=lambda _ids: [
            a_post(1, text="Honteux" * 40, url="https://social.example/" + "a" * 90)
        ],
        board_url="https://vigie.sourcebelle.example/d/vigie",
    )
    event = an_incident(signals=SIGNALS, evidence=("practice:1", "practice:2"), caught_up=True)
    message = compose(a_notification(channel=Channel.EMAIL, event=event), a_person())
    page = tmp_path / "letter.html"
    page.write_text(message.html or "", "utf-8")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1200])
def test_the_letter_fits_veils_its_comments_and_loads_nothing(
    browser: Browser, letter: Path, width: int, scheme: str
) -> None:
    """No scrolling sideways, even with every comment opened."""
    dark = scheme == "dark"
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(letter.as_uri())
    assert not page.locator("blockquote").first.is_visible()
    page.locator("summary").first.click()
    assert page.locator("blockquote").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is not dark
    assert asked == [letter.as_uri()]
    page.close()
