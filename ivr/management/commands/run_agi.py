"""`manage.py run_agi`: the menu server. Any number may run, each on a port of its own."""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ivr.agi_server import MOST_CALLS, MenuServer
from ivr.flow_source import FlowSource
from ivr.visit_writer import VisitWriter

log = logging.getLogger(__name__)
GRACE_SECONDS = 15


class Command(BaseCommand):
    """Serves until it is told to stop, then lets callers finish their menu for a while."""

    help = "Run the FastAGI server of the voice menus."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, how many calls at once, how patient at the end."""
        parser.add_argument("--host", default=settings.AGI_HOST)
        parser.add_argument("--port", type=int, default=settings.AGI_PORT)
        parser.add_argument("--most-calls", type=int, default=MOST_CALLS)
        parser.add_argument(
            "--grace", type=float, default=GRACE_SECONDS, help="seconds for calls in a menu at the end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGTERM or SIGINT."""
        told_to_stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told_to_stop.set())
        source, writer = FlowSource(), VisitWriter()
        source.start()
        writer.start()
        try:
            server = MenuServer(
                (options["host"], options["port"]),
                source.flow_for,
                writer.take,
                options["most_calls"],
                source.notices_for,
            )
        except OSError as failure:
            address = f"{options['host']}:{options['port']}"
            raise CommandError(
                f"Cannot listen on {address}: {failure.strerror}. Choose another AGI_PORT."
            ) from failure
        server.start()
        log.info("menus are served on %s:%s", options["host"], server.port)
        told_to_stop.wait()
        log.info("stopping: %s calls are in the menus", server.call_count)
        server.stop(options["grace"])
        writer.stop()
        source.stop()
