"""What every app stands on: errors, events and outbox, audit, masking, realtime. No business words."""
