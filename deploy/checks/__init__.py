"""Checks of the project itself that no tool brings."""
