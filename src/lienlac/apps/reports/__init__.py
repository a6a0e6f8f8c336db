"""Figures for leaders: what was asked, answered, late, and what came of it. Answers figures; a door makes the page.

No figure is about an officer, and none is a target (SG37).
"""
