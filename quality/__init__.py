"""Recordings, scorecards, sampling, evaluations, appeals."""
