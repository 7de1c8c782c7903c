"""The case spine: kinds, clocks, assignment, follow-up."""
