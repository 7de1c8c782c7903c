import struct

from callcenter.telephony.passengers import audio, rtp

TONE = audio.tone(440, 0.02)


def packet(sequence, source=7, payload=TONE):
    return struct.pack("!BBHII", 0x80, 0, sequence & 0xFFFF, sequence * 160, source) + payload


def ear_after(*packets):
    ear = rtp.Ear()
    for each in packets:
        ear.take(each, 101)
    return ear


def frames(mouth, count):
    return [mouth.next_frame() for _ in range(count)]


def test_sound_is_counted_and_silence_is_not():
    ear = ear_after(packet(1), packet(2, payload=audio.SILENT_FRAME), packet(3))
    assert (ear.packets, ear.audible_frames) == (3, 2)


def test_a_lost_packet_is_counted_also_over_the_turn_of_the_counter():
    assert ear_after(packet(0xFFFE), packet(0x10001)).lost_packets == 2


def test_a_late_packet_is_no_loss():
    assert ear_after(packet(1), packet(2), packet(3), packet(2)).lost_packets == 0


def test_another_source_means_joined_and_the_next_one_apart():
    ear = ear_after(packet(1, 7), packet(50, 8))
    assert (ear.is_joined, ear.lost_packets) == (True, 0)
    ear.take(packet(9, 9), 101)
    assert not ear.is_joined


def test_rubbish_is_ignored():
    assert ear_after(b"", b"\x00" * 20, b"\x80\x00").packets == 0


def test_only_the_last_ten_seconds_are_kept():
    ear = ear_after(*(packet(n) for n in range(600)))
    assert len(ear.recent(60)) == 10 * audio.SAMPLES_PER_SECOND


def test_sound_is_sent_once_or_over_and_over():
    mouth = rtp.Mouth()
    mouth.play(b"\x01" * 200)
    assert frames(mouth, 2) == [b"\x01" * 160, b"\x01" * 40 + b"\xff" * 120]
    mouth.play(b"\x01" * 200 + b"\x02" * 40, repeats=True)
    assert frames(mouth, 3)[1] == b"\x01" * 40 + b"\x02" * 40 + b"\x01" * 80


def test_silence_is_sent_densely_first_and_sparsely_later():
    sent = [frame is not None for frame in frames(rtp.Mouth(), 60)]
    assert sent[:10] == [True] * 10
    assert sum(sent[10:]) == 5


def test_a_muted_mouth_keeps_its_place():
    mouth = rtp.Mouth()
    mouth.play(b"\x01" * 160 + b"\x02" * 160)
    frames(mouth, 1)
    mouth.is_muted = True
    assert b"\x02" * 160 not in frames(mouth, 20)
    mouth.is_muted = False
    assert frames(mouth, 1) == [b"\x02" * 160]
