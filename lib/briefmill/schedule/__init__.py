"""Runs with nobody watching: schedules, and the timers that start them."""
