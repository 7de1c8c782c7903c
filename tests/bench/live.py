"""The running centre of the live measurements, the AMI account of the bench, and passengers who do little."""

import asyncio
import contextlib
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from callcenter.acd.demo import seed_centre
from callcenter.acd.models import Queue
from callcenter.telephony.adapters.ami_actions import Actions
from ivr import demo as ivr_demo
from tests.telephony.running import Platform

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # telephones only: SQL disturbs nobody here


@dataclass(frozen=True, slots=True)
class Centre:
    """Real processes beside the real services, and a way to add to the dialplan."""

    platform: Platform
    actions: Actions

    @property
    def address(self) -> str:
        """Where the web process listens itself, without the tests' proxy."""
        return f"http://127.0.0.1:{self.platform.env['WEB_PORT']}"

    def dialplan(self, context: str, exten: str, *lines: str) -> None:
        """Write one extension: `Application(data)` in each line."""
        for priority, line in enumerate(lines, 1):
            application, _, data = line.partition("(")
            self.actions.do(
                "DialplanExtensionAdd",
                {
                    "Context": context, "Extension": exten, "Priority": priority, "Replace": "yes",
                    "Application": application, "ApplicationData": data.removesuffix(")"),
                },
            )  # fmt: skip

    def forget_dialplan(self, context: str, exten: str) -> None:
        """Take an extension away again."""
        self.actions.do("DialplanExtensionRemove", {"Context": context, "Extension": exten})


@contextlib.contextmanager
def centre() -> Iterator[Centre]:
    """Start everything, seed the demo's menus and queues, stop everything."""
    pbx = settings.ASTERISK
    with tempfile.TemporaryDirectory(prefix="rcc-bench-") as folder:
        platform = Platform(Path(folder))
        # As in service but for the secrets: no debugging, and the key with which the bench signs its cookies;
        # the manager interface without the tests' proxy, which would run on the bench's own time.
        platform.env |= {
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            "DEBUG": "false",
            "ASTERISK_AMI_PORT": str(pbx["ami_port"]),
        }
        with platform.own_database():
            try:
                platform.start()
                seed_centre("railway-demo", agents=0)
                ivr_demo.seed()
                Queue.objects.update(wrap_up_seconds=1, ring_seconds=10, announce_seconds=0)
                actions = Actions(pbx["ami_host"], pbx["ami_port"], pbx["ami_user"], pbx["ami_secret"])
                yield Centre(platform, actions)
            finally:
                platform.stop()


async def at_rate(count: int, per_second: float, work: Callable[[int], Awaitable[None]]) -> None:
    """Begin so many pieces of work a second, at random moments as people do; wait for all of them."""
    dice = random.Random(count)  # no secret
    tasks = set()
    due = time.monotonic()
    for number in range(count):
        due += dice.expovariate(per_second)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        tasks.add(asyncio.ensure_future(work(number)))
    await asyncio.gather(*tasks)
