"""The pure heart of telephony: signals, the call machine, the ACD engine, and adapters at its edge.

Nothing here knows Django. Time is always an argument, so a day of traffic replays in seconds.
"""
