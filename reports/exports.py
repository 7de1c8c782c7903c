"""A report and a call list as files: CSV for programs, XLSX with real numbers for people."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import xlsxwriter
from asgiref.sync import sync_to_async
from django.utils import timezone
from django.utils.translation import gettext

from callcenter.acd.models import Call
from callcenter.core.masking import mask_number
from reports import kpi, wording
from reports.kpi import Kpi, Unit
from reports.report import Report, Row

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # spreadsheets read UTF-8 by it
_FORMATS = {Unit.PERCENT: "0.0%", Unit.SECONDS: "0.0", Unit.PER_HOUR: "0.0", Unit.CALLS: "#,##0"}


def _harmless(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _line(values: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(_harmless(v) if isinstance(v, str) else v for v in values)
    return buffer.getvalue()


def _kpi_heads() -> list[str]:
    return [
        gettext("No."), gettext("KPI"), gettext("Variant"), gettext("Formula"), gettext("Value"),
        gettext("Unit"), gettext("Numerator"), gettext("Denominator"), gettext("Target"), gettext("Before"),
        gettext("Source"),
    ]  # fmt: skip


def _kpi_values(report: Report) -> Iterator[list[Any]]:
    for tile in report.tiles:
        k, found = tile.indicator, tile.figure
        yield [
            k.number, wording.say(k.name), wording.say(tile.variant.name), wording.say(tile.variant.formula),
            _rounded(found.value), wording.unit_word(k.unit), found.numerator, found.denominator or "",
            wording.target(tile.target), _rounded(tile.before.value), k.source,
        ]  # fmt: skip


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)


def kpi_csv(report: Report) -> str:
    """One line a KPI for the whole period, then one a KPI for each line of the breakdown and each step."""
    lines = [_line([wording.period(report.filters.period)]), _line([gettext("Of"), *_kpi_heads()])]
    lines += [_line([gettext("Whole period"), *values]) for values in _kpi_values(report)]
    for row in [*report.rows, *report.steps]:
        lines += [_line([row.name, *values]) for values in _row_values(report, row)]
    return BYTE_ORDER_MARK + "".join(lines)


def _row_values(report: Report, row: Row) -> Iterator[list[Any]]:
    for tile in report.tiles:
        found = kpi.figure(tile.indicator, row.sums, tile.variant.key, row.splits)
        if found.value is not None:
            yield [
                tile.indicator.number, wording.say(tile.indicator.name), wording.say(tile.variant.name), "",
                _rounded(found.value), wording.unit_word(tile.indicator.unit), found.numerator,
                found.denominator or "",
            ]  # fmt: skip


def kpi_xlsx(report: Report) -> bytes:
    """Three sheets with numbers that can be computed with: the KPIs, the breakdown, the course of time."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "remove_timezone": True}) as book:
        looks = {unit: book.add_format({"num_format": text}) for unit, text in _FORMATS.items()}
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        _write_kpis(book.add_worksheet(gettext("KPIs")), report, looks, head)
        _write_rows(book.add_worksheet(gettext("Breakdown")), report, report.rows, looks, head)
        _write_rows(book.add_worksheet(gettext("Course")), report, report.steps, looks, head)
    return buffer.getvalue()


def _write_kpis(sheet: Any, report: Report, looks: dict[Unit, Any], head: Any) -> None:
    sheet.write(0, 0, wording.period(report.filters.period))
    sheet.write_row(2, 0, _kpi_heads(), head)
    for n, (tile, values) in enumerate(zip(report.tiles, _kpi_values(report), strict=True), start=3):
        sheet.write_row(n, 0, values)
        for column, value in ((4, tile.figure.value), (9, tile.before.value)):
            _write_figure(sheet, n, column, value, tile.indicator, looks)
    sheet.freeze_panes(3, 2)
    for column, width in ((1, 18), (2, 24), (3, 44), (8, 14)):
        sheet.set_column(column, column, width)


def _write_rows(sheet: Any, report: Report, rows: list[Row], looks: dict[Unit, Any], head: Any) -> None:
    names = [f"{t.indicator.number} {wording.say(t.indicator.name)}" for t in report.tiles]
    counts = ("offered", "answered", "abandoned", "short_abandoned", "handled", "transferred")
    sheet.write_row(0, 0, ["", *names, *counts], head)
    for n, row in enumerate(rows, start=1):
        sheet.write_string(n, 0, row.name)
        for column, tile in enumerate(report.tiles, start=1):
            found = kpi.figure(tile.indicator, row.sums, tile.variant.key, row.splits)
            _write_figure(sheet, n, column, found.value, tile.indicator, looks)
        sheet.write_row(n, 1 + len(names), [getattr(row.sums, c) for c in counts])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, len(names), 12)


def _write_figure(
    sheet: Any, n: int, column: int, value: float | None, k: Kpi, looks: dict[Unit, Any]
) -> None:
    if value is None:
        sheet.write_blank(n, column, None)
    else:
        sheet.write_number(n, column, value / 100 if k.unit is Unit.PERCENT else value, looks[k.unit])


def call_lines(batches: Iterable[list[Call]]) -> Iterator[str]:
    """The call list as CSV, batch by batch, with masked numbers."""
    heads = [
        gettext("Call"), gettext("Arrived"), gettext("Offered"), gettext("Answered"), gettext("Ended"),
        gettext("Caller"), gettext("Queue"), gettext("Language"), gettext("Outcome"), gettext("Agent"),
        gettext("Waited (s)"), gettext("Talked (s)"), gettext("Held (s)"), gettext("Wrap-up (s)"),
    ]  # fmt: skip
    yield BYTE_ORDER_MARK + _line(heads)
    for batch in batches:
        yield "".join(_line(_call_values(call)) for call in batch)


def _call_values(call: Call) -> list[Any]:
    moments = (call.arrived_at, call.offered_at, call.answered_at, call.ended_at)
    lengths = (call.wait_ms, call.talk_ms, call.hold_ms, call.wrap_up_ms)
    return [
        call.linkedid,
        *(timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else "" for at in moments),
        mask_number(call.caller_number),
        str(call.queue or ""),
        call.language,
        call.get_outcome_display(),
        call.agent.extension if call.agent else "",
        *(round(ms / 1000, 1) for ms in lengths),
    ]


async def as_async(lines: Iterator[str]) -> AsyncIterator[str]:
    """The same lines for an asynchronous server, each batch read in a thread."""

    def following() -> str | None:
        return next(lines, None)

    read = sync_to_async(following, thread_sensitive=True)
    while (line := await read()) is not None:
        yield line
        await asyncio.sleep(0)
