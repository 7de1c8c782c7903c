"""The report pages as their readers see them: figures, filters, drill-down, exports, and who may see what."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from callcenter.accounts.models import Role
from callcenter.core.models import AuditEntry
from reports import services
from tests.reports import world
from tests.reports.world import after, at

DAY = "2026-07-17"
MORNING = at(f"{DAY} 09:00")


@pytest.fixture
def busy_day(queue, agent, colleague):
    """Nine answered (one late, one transferred), one short and two long abandons, one lost in the menu."""
    for n in range(7):
        world.make_answered(queue, agent, after(MORNING, 60 * n))
    world.make_answered(queue, colleague, MORNING, wait=45, hold_count=1, hold_ms=30_000)
    world.make_answered(queue, colleague, after(MORNING, 1900), was_transferred=True)
    world.make_abandoned(queue, MORNING, wait=10)
    for wait in (40, 80):
        world.make_abandoned(queue, MORNING, wait=wait)
    world.make_left_menu(MORNING)
    world.make_session(agent, MORNING, ("ready", 1800), ("talking", 1800))
    services.fold_range(
        MORNING - timedelta(hours=9), MORNING + timedelta(hours=15), MORNING + timedelta(days=1)
    )


@pytest.fixture
def page(client, lead, busy_day):
    """Get a report page of the busy day as the lead."""
    client.force_login(lead)

    def get(name="reports:kpi", **query):
        response = client.get(reverse(name), {"period": "day", "day": DAY, **query})
        assert response.status_code == 200
        return response

    return get


def tile(response, number):
    text = response.content.decode()
    found = re.search(rf'data-kpi="{number}".*?class="v num">([^<]*)<', text, re.S)
    assert found
    return found[1]


@pytest.mark.covers("KPI-14", "KPI-20", "KPI-21", "RPT-01")
def test_the_report_shows_the_day(page):
    shown = page()
    assert [tile(shown, n) for n in (14, 19, 20, 21, 22)] == ["18.2", "11.1", "75.0", "66.7", "12"]


def test_a_variant_is_chosen_in_the_address_and_named(page):
    shown = page(kpi=14, v14="all")
    assert tile(shown, 14) == "25.0"
    assert "With short abandons" in shown.content.decode()


@pytest.mark.covers("RPT-15")
@pytest.mark.parametrize(
    ("kpi", "variant"), [(14, "all"), (14, "without_short"), (21, ""), (22, ""), (19, ""), (6, "held")]
)
def test_the_number_opens_exactly_its_calls(page, client, kpi, variant):
    shown = page(kpi=kpi, **{f"v{kpi}": variant}).content.decode()
    link = re.search(r'href="([^"]*)" id="calls-behind">See th(?:ese|is) ?(\d*)', shown)
    address = link[1].replace("&amp;", "&")
    listed = client.get(address).content.decode().count("data-call=")
    assert listed == int(link[2] or 1)


def test_a_bar_of_the_chart_opens_its_half_hour(page, client):
    shown = page(kpi=22).content.decode()
    bars = re.findall(r'<a href="([^"]*)" class="bar', shown)
    counts = [client.get(b.replace("&amp;", "&")).content.decode().count("data-call=") for b in bars if b]
    assert sum(counts) == 12


@pytest.mark.covers("RPT-08")
def test_the_breakdown_is_by_queue_team_agent_and_interval(page, agent):
    for tab, expected in (
        ("queue", "Queue"),
        ("team", agent.user.team.name),
        ("agent", agent.extension),
        ("step", "09:00"),
    ):
        table = page(kpi=10, by=tab).content.decode().split('id="breakdown"')[1]
        assert expected in table


def test_what_cannot_be_split_says_so_instead_of_a_wrong_number(page, agent):
    shown = page(kpi=14, by="agent", agent=agent.pk)
    assert tile(shown, 14) == "—"
    assert "Callers whom nobody answered belong to no team or agent." in shown.content.decode()


def test_filters_narrow_and_stay_in_the_address(page, agent):
    shown = page(agent=agent.pk, kpi=10)
    assert tile(shown, 11) == "7.0"
    links = re.findall(r'class="kpi[^"]*" href="\?([^"]*)"', shown.content.decode())
    assert all(parse_qs(link.replace("&amp;", "&"))["agent"] == [str(agent.pk)] for link in links)


@pytest.mark.parametrize(
    "nonsense", ["period=x&day=9999-99-99", "kpi=99&queue=abc&v21=%00", "from=x&to=2026-13-01", "by=zz"]
)
def test_an_address_never_fails(client, lead, nonsense):
    client.force_login(lead)
    assert client.get(f"{reverse('reports:kpi')}?{nonsense}").status_code == 200
    assert client.get(f"{reverse('reports:calls')}?{nonsense}&older=junk&q='--").status_code == 200


@pytest.mark.covers("RPT-02")
def test_csv_and_xlsx_hold_the_same_figures(page):
    rows = list(csv.reader(io.StringIO(page("reports:kpi-csv").content.decode("utf-8-sig"))))
    level = next(row for row in rows if row[:2] == ["Whole period", "21"])
    assert float(level[5]) == pytest.approx(66.6667)
    book = zipfile.ZipFile(io.BytesIO(page("reports:kpi-xlsx").content))
    assert "0.66666666" in book.read("xl/worksheets/sheet1.xml").decode()


def test_dark_numbers_are_masked_in_list_and_export(page, client):
    number = page("reports:calls").context["page"].calls[0].caller_number
    assert number not in page("reports:calls").content.decode()
    lines = b"".join(client.get(reverse("reports:calls-csv")).streaming_content).decode()
    assert number not in lines
    assert lines.count("\n") == 14
    assert AuditEntry.objects.filter(action="calls.export").exists()


@pytest.mark.covers("RPT-03")
def test_calls_are_found_by_last_digits_and_by_call_number(page, busy_day):
    call = page("reports:calls").context["page"].calls[3]
    for search in (call.caller_number, call.caller_number[-4:], call.linkedid):
        found = page("reports:calls", q=search).context["page"].calls
        assert call in found
    assert page("reports:calls", q="99999999").context["page"].calls == []


def test_pages_of_calls_neither_skip_nor_repeat(client, lead, queue, monkeypatch):
    monkeypatch.setattr("reports.selectors.PAGE_SIZE", 3)
    made = {world.make_abandoned(queue, after(MORNING, n // 2), wait=5).pk for n in range(8)}
    client.force_login(lead)
    address, seen = reverse("reports:calls"), []
    while address:
        shown = client.get(address)
        seen += [c.pk for c in shown.context["page"].calls]
        address = reverse("reports:calls") + shown.context["older"] if shown.context["older"] else ""
    assert (len(seen), set(seen)) == (8, made)
    newer = client.get(reverse("reports:calls") + shown.context["newer"]).context["page"].calls
    assert [c.pk for c in newer] == seen[3:6]


def test_a_call_tells_its_whole_way_and_opening_it_is_written_down(page, client, lead):
    call = page("reports:calls", set="held").context["page"].calls[0]
    shown = client.get(reverse("reports:call", args=[call.pk])).content.decode()
    assert "Entered the line" in shown
    assert "Call ended" in shown
    entry = AuditEntry.objects.get(action="call.read")
    assert (entry.actor_id, entry.subject_id) == (lead.pk, str(call.pk))


@pytest.mark.parametrize(
    "name", ["reports:kpi", "reports:kpi-csv", "reports:kpi-xlsx", "reports:differences"]
)
@pytest.mark.parametrize("role", list(Role))
def test_reports_are_for_those_who_run_the_centre(client, db, name, role):
    client.force_login(world.make_user(role))
    allowed = role not in (Role.AGENT, Role.STATION)
    assert (client.get(reverse(name)).status_code == 200) is allowed


def test_an_agent_sees_his_own_calls_only(client, busy_day, agent, colleague):
    client.force_login(agent.user)
    own = client.get(reverse("reports:calls")).context["page"].calls
    assert len(own) == 7
    foreign = colleague.calls.first()
    assert client.get(reverse("reports:call", args=[foreign.pk])).status_code == 404
    assert client.get(reverse("reports:call", args=[own[0].pk])).status_code == 200


def test_station_staff_see_no_calls(client, station_clerk, busy_day):
    client.force_login(station_clerk)
    assert client.get(reverse("reports:calls")).status_code == 403


def test_a_stranger_is_sent_to_the_door(client, db):
    response = client.get(reverse("reports:kpi"))
    assert urlsplit(response["Location"]).path == reverse("accounts:login")


@pytest.mark.parametrize(
    ("name", "query"),
    [("reports:kpi", {"by": "agent"}), ("reports:calls", {}), ("reports:differences", {})],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    page, queue, team, name, query, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30) as few:
        page(name, **query)
    for n in range(5):
        agent = world.make_agent(team)
        world.make_answered(queue, agent, after(MORNING, 200 * n))
    services.fold_range(MORNING, MORNING + timedelta(hours=2))
    with django_assert_max_num_queries(len(few.captured_queries)):
        page(name, **query)


def test_the_page_is_complete_in_chinese(page, lead):
    lead.language = "zh-hans"
    lead.save()
    shown = page().content.decode()
    assert "服务水平" in shown
    assert "按进入排队" in shown
