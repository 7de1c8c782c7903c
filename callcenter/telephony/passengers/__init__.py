"""Passengers who really call: a small SIP and RTP telephone, and scripts for the people who use it.

Pure Python on asyncio. Nothing here knows the platform: a passenger has a number to dial and an
address, hears, presses, speaks, waits and hangs up, and tells afterwards what happened.

    audio       sound as PCMU: tones, speech, WAV files, and telling what a sound is
    messages    SIP and SDP text
    digest      proving who a telephone is (RFC 7616)
    transactions  SIP over UDP: sending again until answered (RFC 3261, chapter 17)
    digits      keys as packets (RFC 4733)
    rtp         sound and digits on the wire (RFC 3550)
    dialog      tags, routes and identity for the length of a call
    leg         one call: rings, answers, presses, holds, hangs up, vanishes
    phone       a telephone or a trunk: registers, calls, is called
    passenger   a scripted passenger and the report of what happened
    agents      agents without a browser, for load and for tests
    crowd       many passengers at a rate
    table       showing passengers while they call
    cli         `./run call`
"""
