"""Writes, by noun: menus, prompts, visits."""
