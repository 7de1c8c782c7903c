"""During an outage every caller hears one agreed explanation before the menu."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from callcenter.core.models import AuditEntry
from ivr import audio, selectors
from ivr.agi_server import MenuServer
from ivr.models import EmergencyNotice
from ivr.services import notices, prompts
from ivr.voices import tones
from tests.ivr.asterisk_side import AsteriskSide
from tests.pure.ivr.walks import DEMO

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _only_tones(monkeypatch):
    monkeypatch.setattr(prompts, "_voices", lambda: [tones.open_voice()])


def notice(**columns):
    """Return a notice in force, not yet written."""
    now = timezone.now()
    given = {
        "text_zh": "系统故障。",
        "text_en": "Our systems are down.",
        "starts_at": now,
        "ends_at": now + timedelta(hours=1),
    }
    return EmergencyNotice(**given | columns)


def heard(entry="12306", at=None):
    """Return the files that a caller hears before the menu."""
    at = at or timezone.now()
    return [file for ahead in selectors.notices_ahead() if ahead.is_for(entry, at) for file in ahead.files]


@pytest.mark.covers("IVR-10")
def test_it_is_heard_first_in_both_languages(sounds, administrator):
    notices.announce(notice(), by=administrator)
    files = heard()
    server = MenuServer(("127.0.0.1", 0), lambda entry: DEMO, list, notices_for=lambda entry: files)
    server.start()
    asterisk = AsteriskSide(server.port, ["0"]).run()
    server.stop(0)
    assert asterisk.commands[1].startswith('EXEC Playback "callcenter/zh/notice-')
    assert asterisk.variables["IVR_DONE"] == "1"
    for file in files:
        assert (sounds.parent / f"{file}{audio.ENDING}").is_file()


@pytest.mark.covers("IVR-10")
def test_it_tells_when_all_is_well_again():
    said = notice(recovers_at=NOON).spoken()
    assert said["zh"] == "系统故障。预计12点30分恢复正常。"
    assert said["en"] == "Our systems are down. We expect to be back to normal at 12:30."


@pytest.mark.covers("IVR-10")
def test_it_ends_at_its_time(administrator):
    written = notices.announce(notice(), by=administrator)
    assert heard()
    assert heard(at=written.ends_at) == []


def test_it_can_be_for_one_number_only(administrator):
    notices.announce(notice(entry="95306"), by=administrator)
    assert heard("12306") == []
    assert len(heard("95306")) == 2


def test_it_is_not_heard_before_it_begins(administrator):
    later = timezone.now() + timedelta(hours=2)
    notices.announce(notice(starts_at=later, ends_at=later + timedelta(hours=1)), by=administrator)
    assert heard() == []
    assert len(heard(at=later)) == 2


def test_it_can_be_ended_at_once_and_only_once(administrator):
    written = notices.announce(notice(starts_at=timezone.now() - timedelta(minutes=1)), by=administrator)
    notices.end_now(written, by=administrator)
    assert heard() == []
    with pytest.raises(notices.NoticeIsOver):
        notices.end_now(written, by=administrator)


def test_it_has_to_end_after_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        notice(ends_at=timezone.now() - timedelta(hours=1)).save()


def test_who_announced_it_is_known(administrator):
    written = notices.announce(notice(), by=administrator)
    entry = AuditEntry.objects.get(action="notice.announced", subject_id=str(written.pk))
    assert entry.actor_id == administrator.pk


def test_it_is_announced_in_the_office(client, administrator):
    client.force_login(administrator)
    now = timezone.localtime()
    form = {
        "text_zh": "停电。",
        "text_en": "A power cut.",
        "entry": "",
        "recovers_at_0": "",
        "recovers_at_1": "",
    }
    for name, moment in (("starts_at", now - timedelta(minutes=1)), ("ends_at", now + timedelta(hours=1))):
        form |= {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}
    assert client.post(reverse("admin:ivr_emergencynotice_add"), form).status_code == 302
    assert len(heard()) == 2


def test_others_cannot_announce(client, lead):
    client.force_login(lead)
    assert client.post(reverse("admin:ivr_emergencynotice_add"), {}).status_code in (302, 403)
    assert not EmergencyNotice.objects.exists()
