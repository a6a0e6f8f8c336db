"""What can be seen without the database: files and their modes, the disk, the door's key, the last backup."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from lienlac.cli import running
from lienlac.cli.backup import LAST
from lienlac.cli.doctor.finding import Finding, Patient, bad, look, ok
from lienlac.site import tls

MIB = 1024 * 1024
LEAST_FREE, GOOD_FREE = 512 * MIB, 2048 * MIB
MEASURE_S = 0.3
SLOW_PER_S = 50  # below, an officer waits for every deed
NO_DISK_PER_S = 20_000  # no disk is so quick: something says "written" before it is (measured: 200 to 3,000)
BACKUP_GOOD, BACKUP_OLD = timedelta(days=7), timedelta(days=30)


def at_work(patient: Patient) -> Finding:
    """Is a process of the node at work?"""
    if running.is_running(patient.home):
        return ok("running", "The node is at work.")
    do = f"Start it: lienlac --home {patient.home.path} up (or systemctl start lienlac)."
    return look("running", "The node is not at work: nothing goes out or comes in.", do)


def modes(patient: Patient) -> Finding:
    """May anybody but the node's user read its files?"""
    keys = patient.home.keys
    open_to_others = [
        path
        for path in (patient.home.path, keys, *sorted(keys.glob("*.seed")), *sorted(keys.glob("*.key")))
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if not open_to_others:
        return ok("files", "Home and keys can be read by the node's user alone.")
    names = " ".join(map(str, open_to_others))
    return bad(
        "files", f"Other users of this machine can read: {names}.", f"Run: chmod go-rwx {names}", names=names
    )


def free_space(patient: Patient) -> Finding:
    """Is there room on the disk?"""
    free = shutil.disk_usage(patient.home.path).free
    says = f"{free // MIB:,} MiB are free on the disk of the node."
    if free >= GOOD_FREE:
        return ok("disk_space", says, free_bytes=free)
    if free >= LEAST_FREE:
        return look(
            "disk_space", says, "Make room before it is full: old logs, old backups.", free_bytes=free
        )
    return bad(
        "disk_space", says, "Make room now. A full disk loses nothing but takes nothing in.", free_bytes=free
    )


def disk_speed(patient: Patient) -> Finding:
    """Measure how often in a second the disk confirms 4 KiB: what every deed waits for."""
    rate = round(synced_per_s(patient.home.path, MEASURE_S))
    says = f"The disk confirms {rate:,} writes a second."
    if rate < SLOW_PER_S:
        return look(
            "disk_speed",
            says,
            "Every deed waits for it. Use a faster disk, never a network drive.",
            per_s=rate,
        )
    if rate > NO_DISK_PER_S:
        do = "Use a real disk, and switch off write caches that do not survive a power cut."
        return look("disk_speed", says + " No disk is so quick: a power cut may lose deeds.", do, per_s=rate)
    return ok("disk_speed", says, per_s=rate)


def synced_per_s(directory: Path, seconds: float) -> float:
    """Return how many times a second 4 KiB can be written to disk below `directory`, one after another."""
    block, count = bytes(4096), 0
    with tempfile.TemporaryFile(dir=directory) as file:
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            os.pwrite(file.fileno(), block, 4096 * (count % 256))
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.monotonic() - began)


def door_key(patient: Patient) -> Finding:
    """Do key and certificate of the peer door belong together?"""
    certificate_file, key_file = tls.certificate_of(patient.home.keys)
    do = (
        "Put keys/ back from the key backup (lienlac keys import). Partners trust this very key and no other."
    )
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        return bad("door_key", f"The key of the peer door cannot be read: {error}.", do)
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if certificate.public_key().public_bytes(*form) != key.public_key().public_bytes(*form):
        return bad("door_key", "Key and certificate of the peer door do not belong together.", do)
    return ok("door_key", "Key and certificate of the peer door are there and fit.")


def last_backup(patient: Patient) -> Finding:
    """When was the last backup?"""
    do = f"Run: lienlac --home {patient.home.path} backup FILE, onto another disk; every night is best."
    if patient.home.database:
        return ok("backup", "The database is PostgreSQL: its backups are made by its own tools.")
    try:
        noted = json.loads((patient.home.path / LAST).read_text(encoding="utf-8"))
        at = datetime.fromisoformat(noted["at"])
    except FileNotFoundError:
        return look("backup", "There has never been a backup of this node.", do)
    except (ValueError, KeyError, TypeError):
        return look("backup", f"The note of the last backup ({LAST}) cannot be read.", do)
    age = patient.now - at
    says = f"The last backup was made {age.days} days ago, on {at:%Y-%m-%d %H:%M} UTC."
    if age <= BACKUP_GOOD:
        return ok("backup", says, at=noted["at"])
    return (look if age <= BACKUP_OLD else bad)("backup", says, do, at=noted["at"])
