"""Forecast, staffing, shifts, roster, adherence."""
