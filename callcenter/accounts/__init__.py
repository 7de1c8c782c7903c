"""People, roles, teams, seats, sign-in."""
