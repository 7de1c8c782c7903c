"""Menus as versioned data, the pure flow, the FastAGI door, prompts and announcements."""
