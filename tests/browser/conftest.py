"""Real pages in a real Chromium, beside real passengers."""

import os
import shutil
import time
import wave
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from callcenter.acd.models import Queue
from callcenter.telephony.passengers import audio
from tests.browser.desk import AGENTS_TONE, Desk, log_in
from tests.telephony.fixtures import (
    PASSWORD,
    WRAP_UP_SECONDS,
    colleagues,
    live,
    platform,
    tell,
    ticker,
    trunk,
)
from tests.telephony.running import Platform

__all__ = ["colleagues", "live", "platform", "tell", "ticker", "trunk"]

FLAGS = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-dev-shm-usage",
]
CAPTURE_RATE = 48000
REREAD_SECONDS = 6.0
"""The telephony process reads settings of queues anew every five seconds."""


@pytest.fixture(scope="session")
def agents_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the fake microphone hears: a tone of the agent's own, as Chromium wants it."""
    path = tmp_path_factory.mktemp("voice") / "tone.wav"
    samples = [sample for sample in audio.decode(audio.tone(AGENTS_TONE, 2.0)) for _ in range(6)]
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 2, CAPTURE_RATE, 0, "NONE", ""))
        recording.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
    return path


@pytest.fixture
async def browser(agents_voice: Path) -> AsyncIterator[Browser]:
    executable = os.environ.get("BROWSER_EXECUTABLE") or shutil.which("chromium") or ""
    if not executable:
        pytest.skip("no Chromium: set BROWSER_EXECUTABLE")
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={agents_voice}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=flags, ignore_default_args=["--mute-audio"]
        )
        yield browser
        await browser.close()


@pytest.fixture
def time_to_write(live: Platform) -> Iterator[None]:
    """A wrap-up long enough for a person, known to the telephony process."""
    Queue.objects.update(wrap_up_seconds=60)
    time.sleep(REREAD_SECONDS)
    yield
    Queue.objects.update(wrap_up_seconds=WRAP_UP_SECONDS)


@pytest.fixture
async def open_desk(
    live: Platform, browser: Browser
) -> AsyncIterator[Callable[[str], Coroutine[None, None, Desk]]]:
    """Sign a person in at a browser of his own and open the desk."""
    desks: list[Desk] = []

    async def open_desk(username: str) -> Desk:
        context = await browser.new_context(permissions=["microphone"], locale="zh-CN")
        await context.add_init_script(
            "localStorage.getItem('desk-sound') || localStorage.setItem('desk-sound',"
            " JSON.stringify({processing: false, checked: true}))"
        )
        desk = Desk(await context.new_page(), live.address)
        desks.append(desk)
        await desk.log_in(username, PASSWORD)
        return desk

    yield open_desk
    for desk in desks:
        await desk.page.context.close()


@pytest.fixture
async def open_page(
    live: Platform, browser: Browser
) -> AsyncIterator[Callable[[str, str], Coroutine[None, None, Page]]]:
    """Sign a person in at a browser of his own and open a page."""
    pages: list[Page] = []

    async def open_page(username: str, address: str) -> Page:
        context = await browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
        pages.append(await context.new_page())
        await log_in(pages[-1], live.address + address, username, PASSWORD)
        return pages[-1]

    yield open_page
    for page in pages:
        await page.context.close()
