"""What a report's address asks for. An unreadable part falls back to its default: an address never fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.utils import timezone

from callcenter.accounts.models import Centre, Team
from reports import kpi, periods
from reports.facts import Selection
from reports.periods import Kind, Period

_NARROWING = ("centre", "queue", "team", "agent", "language")
TABS = ("queue", "step", "team", "agent", "language")
DEFAULT_KPI = kpi.SERVICE_LEVEL


@dataclass(frozen=True)
class Filters:
    """A report as the address describes it. `given` are the address's own parts, for links that keep them."""

    period: Period
    selection: Selection
    indicator: kpi.Kpi
    breakdown: str
    variants: Mapping[int, str]
    centre_id: int | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the filter form carries along unseen."""
        kept = {"period", "day", "kpi", "by"} | {name for name in self.given if name.startswith("v")}
        return [(name, value) for name, value in self.given.items() if name in kept]

    @property
    def is_narrowed(self) -> bool:
        """Whether it covers less than everything."""
        return any(name in self.given for name in _NARROWING)

    @property
    def whole(self) -> str:
        """The address of the same report over everything."""
        return self.address(**dict.fromkeys(_NARROWING))

    @property
    def variant_links(self) -> list[tuple[kpi.Text, kpi.Text, str, bool]]:
        """Name, formula and address of each variant of the chosen KPI, and whether it is the one shown."""
        name = f"v{self.indicator.number}"
        shown = self.indicator.variant(self.variants.get(self.indicator.number)).key
        return [
            (v.name, v.formula, self.address(**{name: v.key}), v.key == shown)
            for v in self.indicator.variants
        ]

    def address(self, **changes: object) -> str:
        """The query of the same report with some parts changed; None takes a part away."""
        parts = {**self.given, **changes}
        return "?" + urlencode({name: value for name, value in parts.items() if value not in (None, "")})


def read(query: Mapping[str, str]) -> Filters:
    """Understand the address."""
    centre_id = _number(query.get("centre"))
    number = _number(query.get("kpi"))
    indicator = kpi.by_number(number) if number else None
    if indicator is None or not indicator.variants:
        indicator = DEFAULT_KPI
    breakdown = query.get("by", "")
    period = _period(query)
    return Filters(
        period=period,
        selection=Selection(
            queue_id=_number(query.get("queue")),
            team_id=_number(query.get("team")),
            agent_id=_number(query.get("agent")),
            language=query.get("language", "")[:10],
            centre_teams=_teams_of(centre_id),
        ),
        indicator=indicator,
        breakdown=breakdown if breakdown in TABS else TABS[0],
        variants={k.number: query[f"v{k.number}"] for k in kpi.computed() if f"v{k.number}" in query},
        centre_id=centre_id,
        given=_period_parts(period)
        | {name: value for name, value in query.items() if name in _known_names() and value},
    )


def _known_names() -> set[str]:
    return {*_NARROWING, "kpi", "by"} | {f"v{k.number}" for k in kpi.computed()}


def _period_parts(period: Period) -> dict[str, str]:
    if period.kind is Kind.CUSTOM:
        return {"period": period.kind, "from": str(period.first), "to": str(period.last)}
    return {"period": period.kind, "day": str(period.first)}


def _period(query: Mapping[str, str]) -> Period:
    """The chosen kind of period, unless the dates say something else."""
    day = read_date(query.get("day")) or timezone.localdate()
    kinds = {Kind.DAY: periods.day_of, Kind.WEEK: periods.week_of, Kind.MONTH: periods.month_of}
    kind = query.get("period", "")
    chosen = kinds.get(kind, periods.week_of)(day)  # type: ignore[call-overload]
    first, last = read_date(query.get("from")), read_date(query.get("to"))
    if (first or last) and (first, last) != (chosen.first, chosen.last):
        return periods.custom(first or last or day, last or first or day)
    return chosen


def _teams_of(centre_id: int | None) -> frozenset[int] | None:
    """The teams of the chosen centre; None where it is the only one, so that all calls are its own."""
    if centre_id is None or not Centre.objects.exclude(pk=centre_id).exists():
        return None
    return frozenset(Team.objects.filter(centre=centre_id).values_list("pk", flat=True))


def read_date(text: str | None) -> date | None:
    """A date written as 2026-07-17, or None."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def is_people_tab(breakdown: str) -> bool:
    """Whether the rows of this breakdown are people."""
    return breakdown in {"team", "agent"}
