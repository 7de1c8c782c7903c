"""Celery's doors: fold what is new, rebuild what was asked, read the PBX's records."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from reports import folding, reconciliation, services


@shared_task
def fold_recent() -> int:
    """Every few seconds: bring the facts up to the last call."""
    return services.fold_recent()


@shared_task
def nightly() -> None:
    """Once a night: compute yesterday again from the rows, whatever marks were lost; forget old records."""
    today = timezone.localdate()
    services.fold_range(*folding.day_bounds(today - timedelta(days=1)))
    reconciliation.retire(timezone.now())


@shared_task
def run_rebuilds() -> int:
    """Every minute: do, or go on with, the rebuilds that were asked for."""
    return services.run_rebuilds()


@shared_task
def reconcile_recent() -> int:
    """Every minute: compare the PBX's own records with ours. Returns how many differences were found."""
    return reconciliation.reconcile()
