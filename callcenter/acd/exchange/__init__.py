"""The exchange: turns signals, commands and time into rows, events and effects. One runs for each PBX."""
