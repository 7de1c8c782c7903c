"""Start Asterisk in its container: write the configuration from the environment, then become Asterisk."""

import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.asterisk import render

RUN = Path("/var/lib/callcentre")
SOUNDS, LOGS = Path("/srv/sounds"), Path("/srv/asterisk-log")
SHARE = Path("/usr/share/asterisk")
BINARY = "/usr/sbin/asterisk"
# Who may try to log in to AMI; its port is never published.
PRIVATE = "127.0.0.1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"


class BadEnvironment(Exception):
    """A variable is missing or makes no sense; the container must not start."""


def need(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise BadEnvironment(f"{name} is not set")
    if any(ord(character) < 32 for character in value):
        raise BadEnvironment(f"{name} holds a control character")
    return value


def networks(text: str) -> list[str]:
    """Addresses and networks separated by commas, each checked."""
    return [str(ipaddress.ip_network(part.strip(), strict=False)) for part in text.split(",") if part.strip()]


def permits(text: str) -> str:
    """AMI's permit lines, which want a netmask."""
    found = [ipaddress.ip_network(network) for network in networks(text)]
    return render.repeated("permit", [f"{n.network_address}/{n.netmask}" for n in found])


def outside(env: Mapping[str, str], own_address: str) -> tuple[str, str]:
    """Lines for pjsip.conf and rtp.conf when callers and browsers reach us under another address."""
    address = env.get("EXTERNAL_ADDRESS", "")
    if not address:
        return "", ""
    ipaddress.ip_address(address)
    local = render.repeated("local_net", networks(env.get("LOCAL_NETWORKS", "172.16.0.0/12")))
    sip = f"external_media_address={address}\nexternal_signaling_address={address}\n{local}"
    return sip, f"\n[ice_host_candidates]\n{own_address} => {address}"


def values(env: Mapping[str, str], modules: Path, own_address: str) -> dict[str, str]:
    """What the templates want, from the container's environment."""
    sip, rtp = outside(env, own_address)
    return {
        "RUN": str(RUN),
        "MODULES": str(modules),
        "SOCKET_DIR": "/run/asterisk",
        "LOG_DIR": str(LOGS),
        "SBIN": "/usr/sbin",
        "AMI_PORT": env.get("ASTERISK_AMI_PORT", "5038"),
        "AMI_BIND": "0.0.0.0",
        "AMI_PERMIT": permits(env.get("AMI_PERMIT", PRIVATE)),
        "AMI_USER": need(env, "ASTERISK_AMI_USER"),
        "AMI_SECRET": need(env, "ASTERISK_AMI_SECRET"),
        "AMI_EVENTS_USER": need(env, "ASTERISK_AMI_EVENTS_USER"),
        "AMI_EVENTS_SECRET": need(env, "ASTERISK_AMI_EVENTS_SECRET"),
        "HTTP_BIND": "0.0.0.0",
        "HTTP_PORT": "8088",
        # TLS ends at nginx.
        "HTTP_TLS": "",
        "RTP_START": env.get("RTP_START", "10000"),
        "RTP_END": env.get("RTP_END", "10999"),
        "RTP_EXTRA": rtp,
        "SIP_BIND": "0.0.0.0",
        "SIP_PORT": env.get("ASTERISK_SIP_PORT", "5060"),
        "SIP_EXTERNAL": sip,
        "TRUNK_MATCH": render.repeated("match", networks(need(env, "TRUNK_ADDRESSES"))),
        "AGI_HOST": need(env, "AGI_HOST"),
        "AGI_PORT": env.get("AGI_PORT", "4573"),
    }


def lay_out() -> None:
    """Point the instance at the distribution's music and English prompts and at the shared folder of ours."""
    data = RUN / "data"
    (SOUNDS / "callcenter").mkdir(parents=True, exist_ok=True)
    shutil.rmtree(data / "sounds" / "callcenter", ignore_errors=True)
    links = {
        data / "sounds" / "callcenter": SOUNDS / "callcenter",
        data / "sounds" / "en": SHARE / "sounds" / "en_US_f_Allison",
        data / "moh": SHARE / "moh",
        data / "documentation": SHARE / "documentation",
    }
    for link, target in links.items():
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def own_address() -> str:
    """The address under which the container's network knows us."""
    return socket.gethostbyname(socket.gethostname())


def main() -> None:
    modules = next(Path("/usr/lib").glob("*-linux-gnu/asterisk/modules"))
    render.write_configuration(RUN, values(os.environ, modules, own_address()))
    lay_out()
    os.execv(BINARY, ["asterisk", "-f", "-C", str(RUN / "etc" / "asterisk.conf")])


if __name__ == "__main__":
    try:
        main()
    except (BadEnvironment, ValueError) as bad:
        sys.exit(f"asterisk: {bad}")
