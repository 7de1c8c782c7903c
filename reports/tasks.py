"""Celery's doors: fold what is new, rebuild what was asked, read the PBX's records."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from reports import folding, reconciliation, services
from reports.models import Rebuild


@shared_task
def fold_recent() -> int:
    """Every few seconds: bring the facts up to the last call."""
    return services.fold_recent()


@shared_task
def refold_yesterday() -> None:
    """Once a night: compute yesterday again from the rows, whatever marks were lost."""
    today = timezone.localdate()
    services.fold_range(*folding.day_bounds(today - timedelta(days=1)))


@shared_task
def run_rebuild(rebuild_id: int) -> None:
    """Do, or go on with, a rebuild."""
    services.run_rebuild(Rebuild.objects.get(pk=rebuild_id))


@shared_task
def reconcile_recent() -> int:
    """Every minute: compare the PBX's own records with ours. Returns how many differences were found."""
    return reconciliation.reconcile()
