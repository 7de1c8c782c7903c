"""The project package: settings, addresses, and the platform's own apps."""

from callcenter.celery import app as celery_app

__all__ = ["celery_app"]
