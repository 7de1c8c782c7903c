"""Stations, trains, bureaus, departments."""
