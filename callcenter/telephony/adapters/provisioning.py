"""Agents' SIP accounts, short-lived: written into Asterisk's own database (DBPut), read there at every
request.

`deploy/asterisk/sorcery.conf` makes PJSIP look there. A new password counts at once,
a revoked account is refused at once, and calls that are up go on (each is shown in
tests/telephony/test_provisioning.py).
"""

import json
from collections.abc import Callable, Mapping

# Sends one AMI action and returns the headers of its response.
Act = Callable[[str, dict[str, str]], Mapping[str, str]]

FAMILY = "ps"

_ANY_PHONE = {
    "context": "agents",
    "disallow": "all",
    "direct_media": "no",
    "force_rport": "yes",
    "rewrite_contact": "yes",
    # One call is busy: app_queue and Dial offer no second one.
    "device_state_busy_at": "1",
}
_BROWSER = _ANY_PHONE | {
    "webrtc": "yes",
    "allow": "opus,alaw,ulaw",
    "dtls_auto_generate_cert": "yes",
    # What ends the call of a tab that vanished; on hold the phone sends nothing.
    "rtp_timeout": "30",
    "rtp_timeout_hold": "600",
}
_PLAIN = _ANY_PHONE | {
    "allow": "alaw,ulaw",
    "transport": "transport-udp",
    "rtp_symmetric": "yes",
    "dtmf_mode": "auto",
}
# A new tab replaces the old one's registration.
_ADDRESS = {"max_contacts": "1", "remove_existing": "yes"}


class ProvisioningRefused(Exception):
    """Asterisk did not take the account; the message is its own."""


def provision(act: Act, extension: str, password: str, webrtc: bool = True) -> None:
    """Let a telephone register as the extension with the password; an earlier password is void from now on.

    The password is written last: nobody registers against half an account. An extension that PJSIP has
    never seen needs one reload of PJSIP, or its registrations are not told (no ContactStatus, no device
    state); it takes 10 ms and touches no call.
    """
    if not extension.isalnum():
        raise ValueError(f"not an extension: {extension!r}")
    endpoint = (_BROWSER if webrtc else _PLAIN) | {
        "aors": extension,
        "auth": extension,
        "callerid": f"{extension} <{extension}>",
    }
    is_new = act("Getvar", {"Variable": f"DB_EXISTS({FAMILY}/aor/{extension})"}).get("Value") != "1"
    _put(act, "aor", extension, _ADDRESS)
    _put(act, "endpoint", extension, endpoint)
    if is_new:
        act("Reload", {"Module": "res_pjsip.so"})
    _put(act, "auth", extension, {"auth_type": "digest", "username": extension, "password": password})


def revoke(act: Act, extension: str) -> None:
    """Refuse the extension from now on; a call that is up goes on. Revoking twice is no error.

    Endpoint and address stay, so that PJSIP goes on telling what happens to them.
    """
    act("DBDel", {"Family": f"{FAMILY}/auth", "Key": extension})


def revoke_all(act: Act) -> None:
    """Refuse every extension that was ever provisioned."""
    act("DBDelTree", {"Family": FAMILY})


def _put(act: Act, kind: str, extension: str, fields: Mapping[str, str]) -> None:
    headers = {"Family": f"{FAMILY}/{kind}", "Key": extension, "Val": json.dumps(fields)}
    response = act("DBPut", headers)
    if response.get("Response") != "Success":
        raise ProvisioningRefused(response.get("Message", "no reason given"))
