"""Nothing is lost on a lossy line: requests and answers are sent again until they are heard."""

import asyncio

import pytest

from callcenter.telephony.passengers import messages
from callcenter.telephony.passengers.messages import Message
from callcenter.telephony.passengers.transactions import NoAnswer, Timers, open_endpoint

FAST = Timers(t1=0.02, t2=0.08)


def request(method, endpoint):
    headers = (
        ("via", f"SIP/2.0/UDP {endpoint.host}:{endpoint.port};branch={messages.branch()}"),
        ("from", "<sip:a@x>;tag=left"),
        ("to", "<sip:b@x>"),
        ("call-id", messages.token()),
        ("cseq", f"1 {method}"),
    )
    return Message(f"{method} sip:b@x SIP/2.0", headers)


class LossyServer(asyncio.DatagramProtocol):
    """Hears only the datagrams whose place is not in `deaf_to`, and answers each with the given code."""

    def __init__(self, code=200, deaf_to=(), answers=1):
        self.code, self.deaf_to, self.answers = code, deaf_to, answers
        self.came = []

    def connection_made(self, transport):
        self.transport = transport
        self.address = transport.get_extra_info("sockname")

    def datagram_received(self, data, addr):
        self.came.append(messages.parse(data))
        if len(self.came) - 1 not in self.deaf_to and self.came[-1].method != "ACK" and self.code:
            for _ in range(self.answers):
                answer = messages.response_to(self.came[-1], self.code, "right")
                self.transport.sendto(answer.encode(), addr)


@pytest.fixture
async def lossy():
    servers = []

    async def start(**how):
        loop = asyncio.get_running_loop()
        transport, server = await loop.create_datagram_endpoint(
            lambda: LossyServer(**how), local_addr=("127.0.0.1", 0)
        )
        servers.append(transport)
        return server

    yield start
    for transport in servers:
        transport.close()


@pytest.fixture
async def endpoint():
    came, strays = [], []
    endpoint = await open_endpoint(lambda message, _: came.append(message), strays.append, timers=FAST)
    endpoint.came, endpoint.strays = came, strays
    yield endpoint
    endpoint.close()


async def test_a_lost_request_is_sent_again(endpoint, lossy):
    server = await lossy(deaf_to=(0, 1))
    answer = await endpoint.request(request("OPTIONS", endpoint), server.address)
    assert (answer.code, len(server.came)) == (200, 3)


async def test_all_repeats_are_the_same_request(endpoint, lossy):
    server = await lossy(deaf_to=(0, 1))
    await endpoint.request(request("INVITE", endpoint), server.address)
    assert len(set(server.came)) == 1


async def test_asking_ends_after_sixty_four_round_trips(endpoint, lossy):
    server = await lossy(code=0)
    with pytest.raises(NoAnswer):
        await endpoint.request(request("BYE", endpoint), server.address)
    assert 15 <= len(server.came) <= 20


async def test_a_ringing_invite_is_not_sent_again(endpoint, lossy):
    server = await lossy(code=180)
    rings = []
    asking = asyncio.ensure_future(
        endpoint.request(request("INVITE", endpoint), server.address, rings.append)
    )
    await asyncio.sleep(0.3)
    assert (len(server.came), len(rings), asking.done()) == (1, 1, False)
    asking.cancel()


async def test_every_refusal_of_an_invite_is_acknowledged(endpoint, lossy):
    server = await lossy(code=486, answers=3)
    answer = await endpoint.request(request("INVITE", endpoint), server.address)
    await asyncio.sleep(0.05)
    acks = [message for message in server.came if message.method == "ACK"]
    assert (answer.code, len(acks)) == (486, 3)
    assert {ack.branch for ack in acks} == {server.came[0].branch}


async def test_a_success_that_comes_again_is_handed_on(endpoint, lossy):
    server = await lossy(code=200, answers=2)
    await endpoint.request(request("INVITE", endpoint), server.address)
    await asyncio.sleep(0.05)
    assert [answer.code for answer in endpoint.strays] == [200]


async def test_a_repeated_request_is_taken_in_once_and_answered_each_time(endpoint, lossy):
    client = await lossy(code=0)
    asked = request("BYE", endpoint)
    for _ in range(3):
        client.transport.sendto(asked.encode(), (endpoint.host, endpoint.port))
        await asyncio.sleep(0.02)
        if endpoint.came and not client.came:
            endpoint.respond(endpoint.came[0], messages.response_to(endpoint.came[0], 200, "t"))
    await asyncio.sleep(0.02)
    assert (len(endpoint.came), [answer.code for answer in client.came]) == (1, [200, 200, 200])


async def test_an_answer_to_an_invite_is_repeated_until_acknowledged(endpoint, lossy):
    client = await lossy(code=0)
    asked = request("INVITE", endpoint)
    client.transport.sendto(asked.encode(), (endpoint.host, endpoint.port))
    await asyncio.sleep(0.02)
    endpoint.respond(endpoint.came[0], messages.response_to(endpoint.came[0], 200, "t"))
    await asyncio.sleep(0.15)
    repeats = len(client.came)
    ack = Message(
        asked.start.replace("INVITE", "ACK"),
        tuple((name, value.replace("INVITE", "ACK")) for name, value in asked.headers),
    )
    client.transport.sendto(ack.encode(), (endpoint.host, endpoint.port))
    await asyncio.sleep(0.3)
    assert repeats >= 3
    assert len(client.came) <= repeats + 1


async def test_closing_ends_the_waiting(endpoint, lossy):
    server = await lossy(code=0)
    asking = asyncio.ensure_future(endpoint.request(request("BYE", endpoint), server.address))
    await asyncio.sleep(0.01)
    endpoint.close()
    with pytest.raises(NoAnswer):
        await asking
