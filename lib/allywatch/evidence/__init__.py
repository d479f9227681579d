"""What stands behind each event and what may be concluded from it: pure frames, nothing worded or drawn."""
