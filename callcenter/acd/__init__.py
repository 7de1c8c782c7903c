"""Queues, skills, agents, sessions and states, calls and legs, call reasons."""
