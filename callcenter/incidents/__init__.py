"""Emergency plans, levels, timelines, drills."""
