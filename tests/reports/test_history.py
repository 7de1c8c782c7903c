"""The invented past goes through the same constraints and the same fold as a real one."""

from datetime import timedelta

import pytest
from django.db.models import F, Sum
from django.utils import timezone

from callcenter.acd.models import AgentSession, AgentStateInterval, Call, WrapUp
from reports import history
from reports.models import DayCallFact, DayStateFact, FoldState
from reports.reconciliation import our_totals
from tests.reports.world import at

NOW = at("2026-07-17 18:00")


@pytest.fixture
def past(centre):
    """Three hundred calls over three days of the demo centre."""
    history.generate_history(calls=300, days=3, until=NOW)


def test_it_has_as_many_calls_as_asked_for_and_all_are_over(past):
    assert Call.objects.count() == 300
    assert not Call.objects.exclude(state="ended").exists()
    assert Call.objects.filter(ended_at__gt=NOW).count() == 0


def test_its_facts_add_up_to_its_calls(past):
    totals = our_totals(NOW - timedelta(days=4), NOW)
    facts = DayCallFact.objects.aggregate(
        answered=Sum("answered"), offered=Sum("offered"), talk=Sum("talk_ms")
    )
    held = DayCallFact.objects.aggregate(held=Sum("hold_ms"))["held"]
    assert (facts["offered"], facts["answered"]) == (totals.offered, totals.answered)
    assert facts["talk"] + held == totals.talk_ms


def test_every_second_of_a_session_is_in_one_state(past):
    covered = AgentStateInterval.objects.aggregate(n=Sum(F("ended_at") - F("started_at")))["n"]
    signed_in = AgentSession.objects.aggregate(n=Sum(F("signed_out_at") - F("signed_in_at")))["n"]
    folded = DayStateFact.objects.aggregate(n=Sum("milliseconds"))["n"]
    assert abs(covered - signed_in) < timedelta(milliseconds=1)
    assert abs(folded - covered / timedelta(milliseconds=1)) < AgentStateInterval.objects.count()


def test_each_answered_call_has_its_papers(past):
    answered = Call.objects.filter(outcome="answered")
    assert WrapUp.objects.count() == answered.count()
    assert not answered.exclude(agent_intervals__state="talking").exists()
    assert not answered.exclude(offers__result="answered").exists()


def test_new_calls_can_follow(past):
    call = Call.objects.create(pbx="pbx1", linkedid="1.1", arrived_at=timezone.now())
    assert call.pk > 300
    assert FoldState.objects.get().folded_until is not None
