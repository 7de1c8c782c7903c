"""`manage.py run_telephony`: the process that leads one PBX."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from callcenter.acd.exchange.process import Telephony


class Command(BaseCommand):
    """Run the telephony process. A second one for the same PBX stands by and takes over."""

    help = "Owns the AMI connection, the call machines and the distribution of calls."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        process = Telephony()
        signal.signal(signal.SIGTERM, process.stop)
        signal.signal(signal.SIGINT, process.stop)
        process.run()
