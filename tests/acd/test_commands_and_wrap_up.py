"""What agents write down, and who may."""

import pytest

from callcenter.acd.models import Agent, CallReason, WrapUp
from callcenter.acd.selectors import desk, reasons
from callcenter.acd.services import commands, wrap_ups
from callcenter.core.errors import NotFound
from tests.acd.driver import Driver

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor(centre: None) -> Driver:
    return Driver()


@pytest.fixture
def call_id(floor: Driver, agent: Agent) -> int:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    return floor.call("c1").pk


def refund() -> CallReason:
    return CallReason.objects.get(code="enquiry-refund")


@pytest.mark.covers("DSK-11", "DSK-19")
def test_a_draft_survives_and_the_last_save_wins(agent: Agent, call_id: int) -> None:
    wrap_ups.save_draft(agent, call_id, {"note": "黑色双肩包"})
    wrap_ups.save_draft(agent, call_id, {"note": "黑色双肩包，G7136", "reason_id": refund().pk})
    draft = desk.desk_snapshot(agent)["sections"]["draft"]
    assert (draft["note"], draft["reason_id"]) == ("黑色双肩包，G7136", refund().pk)


@pytest.mark.covers("DSK-08")
def test_a_reason_ticked_while_talking_is_told_from_one_ticked_later(
    floor: Driver, agent: Agent, call_id: int
) -> None:
    wrap_up = wrap_ups.save_draft(agent, call_id, {"reason_id": refund().pk})
    assert wrap_up.reason_during_call
    floor.ends("c1")
    other = CallReason.objects.get(code="enquiry-change")
    assert not wrap_ups.save_draft(agent, call_id, {"reason_id": other.pk}).reason_during_call


def test_finishing_needs_a_reason_and_a_result(agent: Agent, call_id: int) -> None:
    wrap_ups.save_draft(agent, call_id, {"note": "typed"})
    with pytest.raises(wrap_ups.ReasonMissing):
        wrap_ups.finish(agent, call_id, {"note": "typed"})
    with pytest.raises(wrap_ups.ResultMissing):
        wrap_ups.finish(agent, call_id, {"note": "typed", "reason_id": refund().pk})
    kept = WrapUp.objects.get()
    assert (kept.note, kept.finished_at) == ("typed", None)


def test_too_long_a_note_is_refused_and_the_old_one_kept(agent: Agent, call_id: int) -> None:
    wrap_ups.save_draft(agent, call_id, {"note": "kept"})
    with pytest.raises(wrap_ups.NoteTooLong):
        wrap_ups.save_draft(agent, call_id, {"note": "x" * 4001})
    assert WrapUp.objects.get().note == "kept"


def test_a_colleague_cannot_write_about_the_call(other_agent: Agent, call_id: int) -> None:
    with pytest.raises(NotFound):
        wrap_ups.save_draft(other_agent, call_id, {"note": "mine"})
    assert not WrapUp.objects.exists()


def test_an_unknown_wish_is_refused(agent: Agent) -> None:
    with pytest.raises(ValueError, match="format_disk"):
        commands.request(agent, "format_disk", by=agent.user)


@pytest.mark.covers("DSK-07")
@pytest.mark.parametrize("typed", ["遗失", "yishi", "yswp", "行李架", "Lost on"])
def test_a_reason_is_found_by_word_pinyin_initials_and_other_words(centre: None, typed: str) -> None:
    hits = reasons.find_reasons(typed)
    assert "lost-on_train" in [hit.code for hit in hits]
    assert hits[0].leaf


@pytest.mark.covers("DSK-02")
def test_the_pop_tells_who_calls_and_what_he_called_about_before(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    number = "13800002046"
    floor.arrive("old", number)
    floor.wait_in("old")
    floor.answers("old", agent, floor.rings("old", agent))
    wrap_ups.save_draft(agent, floor.call("old").pk, {"reason_id": refund().pk})
    floor.ends("old")
    floor.wish(agent, "finish_wrap_up")
    floor.after(5)
    floor.arrive("new", number)
    floor.wait_in("new")
    call = desk.desk_snapshot(agent)["sections"]["call"]
    assert (call["caller"]["name"], call["history"][0]["reason"]) == ("李某", "退票与退票费")
