"""The pages of reports: KPI, calls, one call, differences from the PBX."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from callcenter.accounts.models import Centre, Role, Team
from callcenter.accounts.permissions import REPORT_ROLES, has_role, role_required
from callcenter.accounts.templatetags.frame import local_name
from callcenter.acd.models import Agent, Queue
from callcenter.core import audit, errors
from reports import call_sets, exports, filters, links, report, selectors, timeline, wording
from reports.models import FoldState
from reports.periods import Kind

DIFFERENCES_SHOWN = 200
_CALL_FILTERS = ("q", "set", "from", "to", "queue", "team", "agent", "language", "centre")
CALL_ROLES = REPORT_ROLES | {Role.AGENT}
# A whole number is for those who may have to ring the passenger; opening a call is an audited read.
WHOLE_NUMBER_ROLES = frozenset({Role.LEAD, Role.QUALITY, Role.ADMINISTRATOR})


def _reference() -> dict[str, Any]:
    """What the filters offer to choose from; four queries."""
    agents = Agent.objects.order_by("extension").values_list(
        "pk", "extension", "user__display_name", "user__username"
    )
    return {
        "centres": list(Centre.objects.all()),
        "queues": list(Queue.objects.all()),
        "teams": list(Team.objects.all()),
        "agents": [(pk, f"{name or login} {extension}") for pk, extension, name, login in agents],
        "languages": [("zh", _("Chinese")), ("en", _("English"))],
    }


def _names(by: str, reference: Mapping[str, Any]) -> dict[Any, str]:
    """The names of a breakdown's rows by their keys."""
    match by:
        case "queue":
            return {None: _("No queue"), **{q.pk: local_name(q) for q in reference["queues"]}}
        case "team":
            return {t.pk: local_name(t) for t in reference["teams"]}
        case "agent":
            return dict(reference["agents"])
        case "language":
            return {"": _("Not chosen"), **dict(reference["languages"])}
        case _:
            return {}


def _build(request: HttpRequest) -> tuple[report.Report, dict[str, Any]]:
    wanted, reference = filters.read(request.GET), _reference()
    queues = {queue.pk: queue for queue in reference["queues"]}
    names = _names(wanted.breakdown, reference)
    return report.build(wanted, names, queues, timezone.now()), reference


@require_GET
@role_required(*REPORT_ROLES)
def kpi_page(request: HttpRequest) -> HttpResponse:
    """The KPI report."""
    built, reference = _build(request)
    wanted = built.filters
    chosen = built.chosen
    context = {
        "report": built,
        "chosen": chosen,
        "reference": reference,
        "tabs": [(tab, name, wanted.address(by=tab)) for tab, name in _tabs()],
        "periods": [(kind, name, _of_kind(wanted, kind)) for kind, name in _kinds()],
        "earlier": _step(wanted, -1),
        "later": _step(wanted, +1),
        "period_words": wording.period(wanted.period),
        "compared_words": wording.compared_with(wanted.period),
        "calls_address": links.calls(wanted, chosen.variant.calls, built.shown),
        "calls_count": chosen.variant.behind.of(built.total),
        "address": wanted.address(),
        "folded_until": FoldState.objects.values_list("folded_until", flat=True).first(),
    }
    return render(request, "reports/kpi.html", context)


def _tabs() -> list[tuple[str, str]]:
    return [
        ("queue", _("Queue")),
        ("step", _("Interval")),
        ("team", _("Team")),
        ("agent", _("Agent")),
        ("language", _("Language")),
    ]


def _kinds() -> list[tuple[str, str]]:
    return [(Kind.DAY, _("Day")), (Kind.WEEK, _("Week")), (Kind.MONTH, _("Month"))]


def _of_kind(wanted: filters.Filters, kind: str) -> str:
    """The address of the day, week or month around the last day shown."""
    day = min(wanted.period.last, timezone.localdate())
    return wanted.address(period=kind, day=day, **{"from": None, "to": None})


def _step(wanted: filters.Filters, direction: int) -> str:
    """The address of the period before or after; empty when it lies ahead."""
    period = wanted.period.step(direction)
    if period.first > timezone.localdate():
        return ""
    if period.kind is Kind.CUSTOM:
        return wanted.address(**{"from": period.first, "to": period.last})
    return wanted.address(period=period.kind, day=period.first)


@require_GET
@role_required(*REPORT_ROLES)
def kpi_csv(request: HttpRequest) -> HttpResponse:
    """The KPI report as CSV."""
    built, _reference_unused = _build(request)
    return _file(exports.kpi_csv(built), "text/csv; charset=utf-8", _file_name(built, "csv"))


@require_GET
@role_required(*REPORT_ROLES)
def kpi_xlsx(request: HttpRequest) -> HttpResponse:
    """The KPI report as a workbook."""
    built, _reference_unused = _build(request)
    return _file(exports.kpi_xlsx(built), exports.XLSX_TYPE, _file_name(built, "xlsx"))


def _file_name(built: report.Report, suffix: str) -> str:
    return f"kpi-{built.shown.first}-{built.shown.last}.{suffix}"


def _file(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


@require_GET
@role_required(*CALL_ROLES)
def calls_page(request: HttpRequest) -> HttpResponse:
    """The call list; an agent sees his own calls."""
    wanted = selectors.read_filter(request.GET)
    calls = selectors.filtered(selectors.calls_visible_to(request.user), wanted)
    cursor, newer = request.GET.get("older", ""), request.GET.get("newer", "")
    page = selectors.page_of(calls, cursor or newer, newer=bool(newer))
    sees_all = has_role(request.user, *REPORT_ROLES)
    context = {
        "page": page,
        "wanted": wanted,
        "count": selectors.count_of(request.user, calls, wanted),
        "sets": [(key, str(name)) for key, name in call_sets.NAMES.items()],
        "reference": _reference() if sees_all else {"queues": list(Queue.objects.all())},
        "sees_all": sees_all,
        "is_filtered": any(request.GET.get(name) for name in _CALL_FILTERS),
        "older": _with(request, older=page.older) if page.older else "",
        "newer": _with(request, newer=page.newer) if page.newer else "",
        "export": _with(request),
    }
    return render(request, "reports/calls.html", context)


def _with(request: HttpRequest, **changes: str) -> str:
    """This page's query without its cursors, and with these changes."""
    query = request.GET.copy()
    for name in ("older", "newer"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@require_GET
@role_required(*CALL_ROLES)
def calls_csv(request: HttpRequest) -> HttpResponseBase:
    """The call list as CSV, streamed: a million calls need no memory."""
    wanted = selectors.read_filter(request.GET)
    calls = selectors.filtered(selectors.calls_visible_to(request.user), wanted)
    audit.record("calls.export", by=request.user, query=request.GET.urlencode())
    lines = exports.call_lines(selectors.in_batches(calls))
    content: Any = exports.as_async(lines) if hasattr(request, "scope") else lines
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="calls.csv"'
    return response


@require_GET
@role_required(*CALL_ROLES)
def call_page(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call from arrival to wrap-up. Opening it is written down."""
    try:
        call = selectors.call_for(request.user, call_id)
    except errors.NotFound as missing:
        raise Http404(str(missing)) from missing
    audit.record("call.read", by=request.user, subject=call)
    context = {
        "call": call,
        "entries": timeline.timeline(call, timezone.now()),
        "sees_number": has_role(request.user, *WHOLE_NUMBER_ROLES),
    }
    return render(request, "reports/call.html", context)


@require_GET
@role_required(*REPORT_ROLES)
def differences_page(request: HttpRequest) -> HttpResponse:
    """Where the PBX's own records and ours disagreed."""
    found = list(selectors.differences_visible_to(request.user)[:DIFFERENCES_SHOWN])
    return render(request, "reports/differences.html", {"differences": found, "most": DIFFERENCES_SHOWN})
