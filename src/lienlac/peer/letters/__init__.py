"""Sealed letters, and the rounds that write and read them, whoever carries them from mailbox to mailbox.

A carrier is blind and believed in nothing: what it says it stored is flow control, and what it loses is sent again.
"""
