"""An agent at the desk, as a person uses it: by what is on the page."""

from playwright.async_api import Locator, Page, expect

from callcenter.telephony.passengers import audio
from callcenter.telephony.passengers.passenger import Passenger
from tests.telephony.running import wait_for_async

AGENTS_TONE = 620
PASSENGERS_TONE = 440
NEAR_HERTZ = 40


async def log_in(page: Page, address: str, username: str, password: str) -> None:
    """Ask for a page and give name and password on the way."""
    await page.goto(address)
    await page.locator("input[name=username]").fill(username)
    await page.locator("input[name=password]").fill(password)
    await page.locator("input[name=password]").press("Enter")


class Desk:
    """One tab with the desk."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self._address = page, address
        self.root = page.get_by_test_id("desk")

    def part(self, name: str) -> Locator:
        """What carries this test id."""
        return self.page.get_by_test_id(name)

    async def log_in(self, username: str, password: str) -> None:
        """Through the sign-in page to the desk."""
        await log_in(self.page, f"{self._address}/desk/", username, password)
        await expect(self.root).to_be_visible()

    async def in_another_tab(self) -> "Desk":
        """The same person opens the desk once more."""
        other = Desk(await self.page.context.new_page(), self._address)
        await other.page.goto(f"{self._address}/desk/")
        await expect(other.root).to_be_visible()
        return other

    async def begin_shift(self) -> None:
        """Sign in to the shift and wait for the telephone, then go ready."""
        await self.part("sign-in").click()
        await self.has("phone", "registered")
        await self.part("go-ready").click()
        await self.has("agent-state", "ready")

    async def has(self, what: str, value: str, seconds: float = 10) -> None:
        """Wait until the desk shows this state of `agent-state`, `session`, `phone` or `line`."""
        await expect(self.root).to_have_attribute(f"data-{what}", value, timeout=seconds * 1000)

    async def answer(self) -> None:
        """Take the ringing call."""
        await self.part("answer").click()
        await self.has("session", "active")
        await self.has("agent-state", "talking")

    async def hears(self, hertz: float, seconds: float = 6) -> None:
        """Wait until the loudspeaker plays this tone."""

        async def is_heard() -> bool:
            heard = await self.part("remote-audio").get_attribute("data-remote-hz")
            return bool(heard) and abs(float(heard or 0) - hertz) <= NEAR_HERTZ

        await wait_for_async(f"the agent hears {hertz} Hz", is_heard, seconds, 0.1)

    async def write(self, note: str) -> None:
        """Choose a reason and a result and write a note."""
        await self.part("reason-search").fill("tuipiao")
        await self.part("reason").first.click()
        await expect(self.part("reason-chosen")).to_be_visible()
        await self.part("result-solved").click()
        await self.part("fcr-yes").click()
        await self.part("note").fill(note)
        await expect(self.part("draft-saved")).to_be_visible()


async def passenger_hears(passenger: Passenger, hertz: float, seconds: float = 6) -> None:
    """Wait until the passenger hears this tone."""

    def is_heard() -> bool:
        tone = passenger.leg.ear.tone() if passenger.leg else None
        return bool(tone) and abs(tone.hertz - hertz) <= NEAR_HERTZ

    await wait_for_async(f"the passenger hears {hertz} Hz", is_heard, seconds, 0.1)


async def passenger_hears_music(passenger: Passenger, seconds: float = 6) -> None:
    """Wait until the passenger hears sound that is no tone."""

    def is_heard() -> bool:
        assert passenger.leg
        sound = passenger.leg.ear.recent(0.5)
        return audio.level(sound) > 50 and audio.recognise_tone(sound[-800:]) is None

    await wait_for_async("the passenger hears music", is_heard, seconds, 0.1)
