"""Passengers: numbers, level, language, history."""
