"""A disk that is taken away: what SQLite asks of the kernel is watched, and refused where it shall fail.

`bench.power` plays back what was recorded, up to a cut; `bench.disk` lets calls fail.
"""
