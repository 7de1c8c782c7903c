"""Adapters of the speech port, one file each: a natural voice, a robotic one, and tones at last."""
