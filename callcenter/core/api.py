"""How the REST doors answer a refusal."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from callcenter.core.errors import DomainError


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Turn a DomainError into `{"code", "detail"}` with its status; leave the rest to DRF."""
    if isinstance(exc, DomainError):
        return Response({"code": exc.code, "detail": exc.detail}, status=exc.status)
    return drf_exception_handler(exc, context)
