"""The examples printed in the RFCs."""

import pytest

from callcenter.telephony.passengers.digest import Challenge, Credentials, UnknownAlgorithm

RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
MUFASA = Credentials("Mufasa", "Circle of Life")


def test_rfc_2617_with_quality_of_protection():
    challenge = Challenge.parse(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    proof = Credentials("Mufasa", "Circle Of Life").response(
        challenge, "GET", "/dir/index.html", 1, "0a4f113b"
    )
    assert proof == "6629fae49393a05397450978507c4ef1"


def test_rfc_2069_without_quality_of_protection():
    challenge = Challenge(realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093")
    proof = Credentials("Mufasa", "CircleOfLife").response(challenge, "GET", "/dir/index.html")
    assert proof == "1949323746fe6a43ef61f9606e7febea"


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_rfc_7616(algorithm, expected):
    challenge = Challenge.parse(RFC_7616.format(algorithm=algorithm))
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    assert MUFASA.response(challenge, "GET", "/dir/index.html", 1, cnonce) == expected


def test_the_header_carries_what_the_server_asked_for():
    challenge = Challenge.parse(RFC_7616.format(algorithm="MD5"))
    header = MUFASA.authorization(challenge, "REGISTER", "sip:pbx")
    assert header.startswith('Digest username="Mufasa", realm="http-auth@example.org"')
    assert f'opaque="{challenge.opaque}"' in header
    assert "qop=auth, nc=00000001" in header


def test_a_stale_challenge_is_recognised():
    assert Challenge.parse('Digest realm="asterisk",nonce="n",stale=TRUE').is_stale


def test_an_algorithm_that_we_do_not_know_is_refused():
    challenge = Challenge.parse('Digest realm="r", nonce="n", algorithm=SHA3')
    assert not challenge.can_be_met
    with pytest.raises(UnknownAlgorithm):
        MUFASA.response(challenge, "REGISTER", "sip:pbx")
