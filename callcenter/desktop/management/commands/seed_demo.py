"""`manage.py seed_demo`: the demo centre, from people to menus to a week of history."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from callcenter.acd.demo import seed_centre
from callcenter.acd.models import Call
from ivr import demo as ivr_demo
from reports.history import generate_history

WHERE_AND_WHO = """\
  /desk/               agent desktop          agent1 … agent36
  /reports/floor/      floor of a team lead   lead1, lead2
  /reports/wallboard/  wallboard              lead1
  /reports/kpi/        KPI report             lead1, planner1, quality1
  /admin/  /health/    administration         admin
  Every password is {password}. As agent1: sign in to the shift, go ready, place a test call."""


class Command(BaseCommand):
    """Fill the database with a centre that looks alive; a second run adds nothing."""

    help = "Seeds people, queues, menus and some days of history for the demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much history to make."""
        parser.add_argument("--days", type=int, default=7)
        parser.add_argument("--calls", type=int, default=6000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed what is missing."""
        seed_centre(settings.DEMO_PASSWORD)
        ivr_demo.seed()
        if options["calls"] and not Call.objects.exists():
            generate_history(calls=options["calls"], days=options["days"])
        self.stdout.write(WHERE_AND_WHO.format(password=settings.DEMO_PASSWORD))
