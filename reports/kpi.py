"""The 23 indicators of the requirements' chapter 2: each formula stands here once, with source and variants.

Pure. A KPI is a numerator over a denominator, both sums of fact columns (`reports.sums`); a value is None,
with the reason, where there is no figure. Where the source leaves a formula open, each reading is a variant
and is named wherever its value is shown; the first variant is the default.
"""

# ruff: noqa: E501  (a Chinese character counts as two columns)

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reports.sums import DEMAND_COLUMNS, TIME_COLUMNS, Sums, Total, total


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages of the platform."""

    zh: str
    en: str


class Unit(StrEnum):
    """What a figure counts."""

    PERCENT = "percent"
    SECONDS = "seconds"
    PER_HOUR = "per_hour"
    CALLS = "calls"
    YUAN = "yuan"
    RINGS = "rings"
    POINTS = "points"


FACTOR: Final = {Unit.PERCENT: 100.0, Unit.SECONDS: 0.001, Unit.PER_HOUR: 3_600_000.0}


class Split(StrEnum):
    """Of which part of the centre a figure is asked."""

    QUEUE = "queue"
    PEOPLE = "people"


class Why(StrEnum):
    """Why there is no figure."""

    NO_DEMAND = "no_demand"
    NO_ROSTER = "no_roster"
    NOT_BY_PEOPLE = "not_by_people"
    NOT_BY_QUEUE = "not_by_queue"
    NOT_COMPUTED = "not_computed"


class Level(StrEnum):
    """How a figure stands to its target."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Target:
    """The range a figure should be in; an open end is None. `watch`: the share of a limit that may be missed."""

    low: float | None = None
    high: float | None = None
    watch: float = 0.1

    def level(self, value: float | None) -> Level:
        """Good inside, watch just outside, bad beyond; idle without a figure or a limit."""
        if value is None or (self.low is None and self.high is None):
            return Level.IDLE
        missed = max(
            (self.low - value) if self.low is not None else 0.0,
            (value - self.high) if self.high is not None else 0.0,
        )
        if missed <= 0:
            return Level.GOOD
        limit = self.low if self.low is not None and value < self.low else self.high
        return Level.WATCH if missed <= self.watch * abs(limit or 0.0) else Level.BAD


NO_TARGET: Final = Target()


# Sets of calls that are not one fact column.
_SETS: Final = {
    "abandoned_long": total("abandoned").less("short_abandoned"),
    "demand": total("blocked", "abandoned", "answered"),
    "all": total("received", "blocked"),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One reading of a KPI. `calls` names the set of calls behind it, as the call list knows it."""

    key: str
    name: Text
    formula: Text
    numerator: Total
    denominator: Total | None
    calls: str

    @property
    def behind(self) -> Total:
        """How many calls that set holds."""
        return _SETS.get(self.calls, total(self.calls))

    @property
    def columns(self) -> frozenset[str]:
        """Every fact column it needs."""
        return self.numerator.columns | (self.denominator.columns if self.denominator else frozenset())


@dataclass(frozen=True, slots=True)
class Kpi:
    """An indicator. Without variants it is defined but not computed yet."""

    number: int
    key: str
    name: Text
    unit: Unit
    source: str
    target: Target = NO_TARGET
    variants: tuple[Variant, ...] = ()

    def variant(self, key: str | None = None) -> Variant:
        """The variant of that key; the default one for None or an unknown key."""
        return next((v for v in self.variants if v.key == key), self.variants[0])


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed KPI: its value, what it was divided from, or why there is none."""

    value: float | None
    numerator: int = 0
    denominator: int = 0
    why: Why | None = None


def figure(kpi: Kpi, sums: Sums, variant: str | None = None, splits: Collection[Split] = ()) -> Figure:
    """Compute the KPI from sums of facts. `splits` says to what parts of the centre the sums were narrowed."""
    if not kpi.variants:
        return Figure(None, why=Why.NOT_COMPUTED)
    chosen = kpi.variant(variant)
    if refusal := _cannot_split(chosen, splits):
        return Figure(None, why=refusal)
    top = chosen.numerator.of(sums)
    if chosen.denominator is None:
        return Figure(top * FACTOR.get(kpi.unit, 1.0), top)
    bottom = chosen.denominator.of(sums)
    if bottom <= 0:
        return Figure(None, top, bottom, Why.NO_ROSTER if "scheduled_ms" in chosen.columns else Why.NO_DEMAND)
    return Figure(top * FACTOR.get(kpi.unit, 1.0) / bottom, top, bottom)


def _cannot_split(variant: Variant, splits: Collection[Split]) -> Why | None:
    if Split.PEOPLE in splits and variant.columns & DEMAND_COLUMNS:
        return Why.NOT_BY_PEOPLE
    if Split.QUEUE in splits and variant.columns & frozenset(TIME_COLUMNS):
        return Why.NOT_BY_QUEUE
    return None


def _plain(zh: str, en: str, numerator: Total, denominator: Total | None, calls: str) -> tuple[Variant, ...]:
    return (
        Variant("plain", Text("原文定义", "As the source says"), Text(zh, en), numerator, denominator, calls),
    )


SIGNED_IN: Final = total(
    "ready_time_ms",
    "ringing_time_ms",
    "talking_time_ms",
    "on_hold_time_ms",
    "wrap_up_time_ms",
    "not_ready_time_ms",
)
AVAILABLE: Final = SIGNED_IN.less("not_ready_time_ms")
BUSY: Final = total("talking_time_ms", "on_hold_time_ms", "wrap_up_time_ms")
BUSY_WITHOUT_WRAP_UP: Final = total("talking_time_ms", "on_hold_time_ms")

ADHERENCE: Final = Kpi(
    1, "adherence", Text("实际工作率", "Schedule adherence"), Unit.PERCENT, "004:250-251", Target(low=92),
    _plain(
        "签入且可接话的时间 ÷ 排定的接话时间", "Time signed in and able to take calls ÷ time scheduled for it",
        AVAILABLE, total("scheduled_ms"), "answered",
    ),
)  # fmt: skip
WRAP_UP: Final = Kpi(
    2, "wrap_up", Text("事后处理时间", "After-call work"), Unit.SECONDS, "004:252-253", Target(high=60),
    _plain("整理时间 ÷ 已处理通话", "Wrap-up time ÷ calls handled", total("wrap_up_ms"), total("handled"), "handled"),
)  # fmt: skip
TIME_TO_ABANDON: Final = Kpi(
    3, "time_to_abandon", Text("平均放弃时间", "Time to abandon"), Unit.SECONDS, "004:254-256", Target(20, 60),
    (
        Variant(
            "without_short", Text("不含短时放弃", "Without short abandons"),
            Text("放弃者的等待时间 ÷ 放弃数，短时放弃不计",
                 "Waiting time of callers who gave up ÷ their number, short abandons left out"),
            total("abandoned_wait_ms").less("short_abandoned_wait_ms"),
            total("abandoned").less("short_abandoned"), "abandoned_long",
        ),
        Variant(
            "all", Text("全部放弃", "All abandons"),
            Text("放弃者的等待时间 ÷ 放弃数", "Waiting time of callers who gave up ÷ their number"),
            total("abandoned_wait_ms"), total("abandoned"), "abandoned",
        ),
    ),
)  # fmt: skip
HANDLE_TIME: Final = Kpi(
    5, "handle_time", Text("平均通话时间", "Average handle time"), Unit.SECONDS, "004:258", NO_TARGET,
    (
        Variant(
            "plain", Text("交谈 + 整理", "Talk + wrap-up"),
            Text("（交谈 + 整理）÷ 已处理通话", "(Talk + wrap-up) ÷ calls handled"),
            total("talk_ms", "wrap_up_ms"), total("handled"), "handled",
        ),
        Variant(
            "with_hold", Text("交谈 + 保持 + 整理", "Talk + hold + wrap-up"),
            Text("（交谈 + 保持 + 整理）÷ 已处理通话", "(Talk + hold + wrap-up) ÷ calls handled"),
            total("talk_ms", "hold_ms", "wrap_up_ms"), total("handled"), "handled",
        ),
    ),
)  # fmt: skip
HOLD_TIME: Final = Kpi(
    6, "hold_time", Text("平均持线时间", "Average hold time"), Unit.SECONDS, "004:259", NO_TARGET,
    (
        Variant(
            "handled", Text("按已处理通话", "Over calls handled"),
            Text("保持时间 ÷ 已处理通话", "Hold time ÷ calls handled"),
            total("hold_ms"), total("handled"), "handled",
        ),
        Variant(
            "held", Text("按有保持的通话", "Over calls held"),
            Text("保持时间 ÷ 有保持的通话", "Hold time ÷ calls put on hold"), total("hold_ms"), total("held"), "held",
        ),
    ),
)  # fmt: skip
QUEUE_TIME: Final = Kpi(
    8, "queue_time", Text("平均排队时间", "Average queue time"), Unit.SECONDS, "004:261", NO_TARGET,
    _plain(
        "排队时间（接听与放弃）÷ 进入排队的通话", "Time in the line, answered or not ÷ calls that entered the line",
        total("answered_wait_ms", "abandoned_wait_ms"), total("offered"), "offered",
    ),
)  # fmt: skip
SPEED_OF_ANSWER: Final = Kpi(
    9, "speed_of_answer", Text("平均应答速度", "Average speed of answer"), Unit.SECONDS, "004:262-266", NO_TARGET,
    (
        Variant(
            "answered", Text("只计接听者的等待", "Waits of answered calls"),
            Text("接听前的等待 ÷ 接听数", "Waits of answered calls ÷ calls answered"),
            total("answered_wait_ms"), total("answered"), "answered",
        ),
        Variant(
            "total_queue", Text("计全部排队时间", "All time in the line"),
            Text("全部排队时间 ÷ 接听数", "All time in the line ÷ calls answered"),
            total("answered_wait_ms", "abandoned_wait_ms"), total("answered"), "offered",
        ),
    ),
)  # fmt: skip
TALK_TIME: Final = Kpi(
    10, "talk_time", Text("平均交谈时间", "Average talk time"), Unit.SECONDS, "004:267", NO_TARGET,
    _plain("交谈时间 ÷ 已处理通话", "Talk time ÷ calls handled", total("talk_ms"), total("handled"), "handled"),
)  # fmt: skip
CALLS_PER_HOUR: Final = Kpi(
    11, "calls_per_hour", Text("每小时呼叫次数", "Calls per hour"), Unit.PER_HOUR, "004:268", NO_TARGET,
    _plain("接听数 ÷ 签入小时", "Calls answered ÷ hours signed in", total("answered"), SIGNED_IN, "answered"),
)  # fmt: skip
OCCUPANCY: Final = Kpi(
    13, "occupancy", Text("占线率", "Occupancy"), Unit.PERCENT, "004:270", NO_TARGET,
    (
        Variant(
            "with_wrap_up", Text("含整理", "With wrap-up"),
            Text("（交谈 + 保持 + 整理）÷（交谈 + 保持 + 整理 + 空闲）",
                 "(Talk + hold + wrap-up) ÷ (talk + hold + wrap-up + idle)"),
            BUSY, Total((*BUSY.plus, "ready_time_ms", "ringing_time_ms")), "handled",
        ),
        Variant(
            "without_wrap_up", Text("不含整理", "Without wrap-up"),
            Text("（交谈 + 保持）÷（交谈 + 保持 + 空闲）", "(Talk + hold) ÷ (talk + hold + idle)"),
            BUSY_WITHOUT_WRAP_UP, Total((*BUSY_WITHOUT_WRAP_UP.plus, "ready_time_ms", "ringing_time_ms")), "handled",
        ),
    ),
)  # fmt: skip
ABANDONMENT: Final = Kpi(
    14, "abandonment", Text("呼叫放弃率", "Abandonment rate"), Unit.PERCENT, "004:271", NO_TARGET,
    (
        Variant(
            "without_short", Text("不含短时放弃", "Without short abandons"),
            Text("（放弃 − 短时放弃）÷（进入排队 − 短时放弃）", "(Abandoned − short) ÷ (entered the line − short)"),
            total("abandoned").less("short_abandoned"), total("offered").less("short_abandoned"), "abandoned_long",
        ),
        Variant(
            "numerator_only", Text("只从分子去掉短时放弃", "Short ones out of the numerator only"),
            Text("（放弃 − 短时放弃）÷ 进入排队", "(Abandoned − short) ÷ entered the line"),
            total("abandoned").less("short_abandoned"), total("offered"), "abandoned_long",
        ),
        Variant(
            "all", Text("含短时放弃", "With short abandons"),
            Text("放弃 ÷ 进入排队", "Abandoned ÷ entered the line"),
            total("abandoned"), total("offered"), "abandoned",
        ),
    ),
)  # fmt: skip
BLOCKAGE: Final = Kpi(
    16, "blockage", Text("忙音率", "Blockage"), Unit.PERCENT, "004:273", NO_TARGET,
    _plain(
        "未接入 ÷（未接入 + 放弃 + 接听）", "Blocked ÷ (blocked + abandoned + answered)",
        total("blocked"), total("blocked", "abandoned", "answered"), "blocked",
    ),
)  # fmt: skip
QUEUE_PLACEMENT: Final = Kpi(
    18, "queue_placement", Text("队列放置率", "Queue placement"), Unit.PERCENT, "004:275", NO_TARGET,
    (
        Variant(
            "line", Text("进入排队", "Entered the line"),
            Text("进入排队 ÷ 接入的全部来电", "Entered the line ÷ all calls received"),
            total("offered"), total("received"), "offered",
        ),
        Variant(
            "delayed", Text("无人可立即接听", "Nobody was free"),
            Text("须等待空闲座席的来电 ÷ 接入的全部来电", "Calls that waited for a free agent ÷ all calls received"),
            total("delayed"), total("received"), "delayed",
        ),
    ),
)  # fmt: skip
TRANSFERS: Final = Kpi(
    19, "transfers", Text("转接呼叫率", "Transfer rate"), Unit.PERCENT, "004:276-284", Target(high=2),
    _plain("转接 ÷ 接听", "Transferred ÷ answered", total("transferred"), total("answered"), "transferred"),
)  # fmt: skip
ANSWERED: Final = Kpi(
    20, "answered", Text("应答电话百分比", "Calls answered"), Unit.PERCENT, "004:285, 000:15", NO_TARGET,
    (
        Variant(
            "offered", Text("按进入排队", "Of calls in the line"),
            Text("接听 ÷ 进入排队", "Answered ÷ entered the line"), total("answered"), total("offered"), "answered",
        ),
        Variant(
            "without_short", Text("不含短时放弃", "Without short abandons"),
            Text("接听 ÷（进入排队 − 短时放弃）", "Answered ÷ (entered the line − short abandons)"),
            total("answered"), total("offered").less("short_abandoned"), "answered",
        ),
        Variant(
            "with_blocked", Text("含未接入", "With blocked calls"),
            Text("接听 ÷（进入排队 + 未接入）", "Answered ÷ (entered the line + blocked)"),
            total("answered"), total("offered", "blocked"), "answered",
        ),
    ),
)  # fmt: skip
SERVICE_LEVEL: Final = Kpi(
    21, "service_level", Text("服务水平", "Service level"), Unit.PERCENT, "004:286", Target(low=80),
    (
        Variant(
            "offered", Text("按进入排队", "Of calls in the line"),
            Text("时限内接听 ÷ 进入排队", "Answered in time ÷ entered the line"),
            total("answered_in_time"), total("offered"), "answered_in_time",
        ),
        Variant(
            "without_short", Text("不含短时放弃", "Without short abandons"),
            Text("时限内接听 ÷（进入排队 − 短时放弃）", "Answered in time ÷ (entered the line − short abandons)"),
            total("answered_in_time"), total("offered").less("short_abandoned"), "answered_in_time",
        ),
        Variant(
            "answered_only", Text("只按接听（Asterisk SL）", "Of answered calls (Asterisk SL)"),
            Text("时限内接听 ÷ 接听", "Answered in time ÷ answered"),
            total("answered_in_time"), total("answered"), "answered_in_time",
        ),
        Variant(
            "asterisk_2", Text("时限内放弃算达标（Asterisk SL2）", "Early leavers count as served (Asterisk SL2)"),
            Text("（时限内接听 + 时限内放弃）÷（接听 + 放弃）",
                 "(Answered in time + abandoned in time) ÷ (answered + abandoned)"),
            total("answered_in_time", "abandoned_in_time"), total("answered", "abandoned"), "answered_in_time",
        ),
        Variant(
            "genesys", Text("时限内放弃不计（Genesys）", "Early leavers left out (Genesys)"),
            Text("时限内接听 ÷（接听 + 放弃 − 时限内放弃）",
                 "Answered in time ÷ (answered + abandoned − abandoned in time)"),
            total("answered_in_time"), total("answered", "abandoned").less("abandoned_in_time"), "answered_in_time",
        ),
    ),
)  # fmt: skip
CALLS: Final = Kpi(
    22, "calls", Text("总呼叫数", "Total calls"), Unit.CALLS, "004:287", NO_TARGET,
    (
        Variant(
            "source", Text("未接入 + 放弃 + 接听", "Blocked + abandoned + answered"),
            Text("未接入 + 放弃 + 接听", "Blocked + abandoned + answered"),
            total("blocked", "abandoned", "answered"), None, "demand",
        ),
        Variant(
            "all", Text("含语音菜单内结束的来电", "With calls that ended in the menu"),
            Text("接入的全部来电 + 未接入", "All calls received + blocked"),
            total("received", "blocked"), None, "all",
        ),
    ),
)  # fmt: skip

REGISTRY: Final[tuple[Kpi, ...]] = (
    ADHERENCE,
    WRAP_UP,
    TIME_TO_ABANDON,
    Kpi(4, "cost", Text("平均单呼成本", "Cost per call"), Unit.YUAN, "004:257", Target(2, 5)),
    HANDLE_TIME,
    HOLD_TIME,
    Kpi(7, "rings", Text("平均振铃次数", "Rings before answer"), Unit.RINGS, "004:260"),
    QUEUE_TIME,
    SPEED_OF_ANSWER,
    TALK_TIME,
    CALLS_PER_HOUR,
    Kpi(12, "monitoring", Text("监听分值", "Monitoring score"), Unit.POINTS, "004:269"),
    OCCUPANCY,
    ABANDONMENT,
    Kpi(15, "attendance", Text("出勤率", "Attendance"), Unit.PERCENT, "004:272"),
    BLOCKAGE,
    Kpi(17, "first_call", Text("一次性解决率", "First-call resolution"), Unit.PERCENT, "004:273-274"),
    QUEUE_PLACEMENT,
    TRANSFERS,
    ANSWERED,
    SERVICE_LEVEL,
    CALLS,
    Kpi(
        23, "turnover", Text("客服代表流动率", "Agent turnover"), Unit.PERCENT, "004:288-289", Target(15, 25)
    ),
)


def by_number(number: int) -> Kpi | None:
    """The KPI of that number in the source's list."""
    return next((k for k in REGISTRY if k.number == number), None)


def computed() -> Iterator[Kpi]:
    """The KPIs that have figures now."""
    return (k for k in REGISTRY if k.variants)
