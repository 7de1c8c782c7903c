"""`manage.py generate_history`: invent a past, from a demo's week to a million calls."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reports import history


class Command(BaseCommand):
    """Adds calls, agents' time, offers and wrap-ups up to now, and folds their facts."""

    help = "Invents a consistent past of the centre in the shape of real days."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of it."""
        parser.add_argument("--calls", type=int, required=True)
        parser.add_argument("--days", type=int, required=True)
        parser.add_argument("--agents", type=int, default=0, help="Invent agents until there are so many.")
        parser.add_argument("--seed", type=int, default=12306)

    def handle(self, *args: Any, **options: Any) -> None:
        """Invent, write, fold; progress as it goes."""
        history.add_agents(options["agents"])
        history.generate_history(
            calls=options["calls"], days=options["days"], seed=options["seed"], say=self.stdout.write
        )
