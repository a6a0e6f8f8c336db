"""What can be seen without the database: files and their modes, the disk, the doors, the last backup."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.apps.reports.health import running
from lienlac.apps.reports.health.finding import Finding, House, Patient, bad, look, ok
from lienlac.core.envelope import resting

MIB = 1024 * 1024
LEAST_FREE, GOOD_FREE = 512 * MIB, 2048 * MIB
MEASURE_S = 0.3
SLOW_PER_S = 50  # below, an officer waits for every deed
NO_DISK_PER_S = 20_000  # no disk is so quick: something says "written" before it is (measured: 200 to 3,000)
BACKUP_GOOD, BACKUP_OLD = timedelta(days=7), timedelta(days=30)
LAST_BACKUP, RESTORED = "last-backup.json", "restored_at"
MINUTE = "%Y-%m-%d %H:%M UTC"


def at_work(patient: Patient) -> Finding:
    """Is a process of the node at work?"""
    if running.is_running(patient.home):
        return ok("running", "at_work")
    return look("running", "not_at_work", "start_it", home=str(patient.home.path))


def background(patient: Patient) -> Finding:
    """Is `lienlac work` alive? (Asked by a node that is itself at work.)"""
    if running.bell_answers(patient.home, "work"):
        return ok("background", "background_alive")
    return bad("background", "background_dead", "see_work_start")


def modes(patient: Patient) -> Finding:
    """May anybody but the node's user read its files?"""
    keys = patient.home.keys
    open_to_others = [
        path
        for path in (patient.home.path, keys, *sorted(keys.glob("*.seed")), *sorted(keys.glob("*.key")))
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if not open_to_others:
        return ok("files", "files_closed")
    return bad("files", "files_open", "close_files", names=" ".join(map(str, open_to_others)))


def free_space(patient: Patient) -> Finding:
    """Is there room on the disk?"""
    free = shutil.disk_usage(patient.home.path).free
    facts = {"free": f"{free // MIB:,}", "free_bytes": free}
    if free >= GOOD_FREE:
        return ok("disk_space", "disk_space", **facts)
    if free >= LEAST_FREE:
        return look("disk_space", "disk_space", "make_room", **facts)
    return bad("disk_space", "disk_space", "make_room_now", **facts)


def disk_speed(patient: Patient) -> Finding:
    """Measure how often in a second the disk confirms 4 KiB: what every deed waits for."""
    rate = round(synced_per_s(patient.home.path, MEASURE_S))
    if rate < SLOW_PER_S:
        return look("disk_speed", "disk_speed", "faster_disk", per_s=rate)
    if rate > NO_DISK_PER_S:
        return look("disk_speed", "disk_too_quick", "real_disk", per_s=rate)
    return ok("disk_speed", "disk_speed", per_s=rate)


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
    certificate_file, key_file = patient.home.door_files
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        raw = key_file.read_bytes()
        if resting.is_sealed(raw):
            return ok("door_key", "door_key_sealed")
        key = load_pem_private_key(raw, password=None)
    except (OSError, ValueError) as error:
        return bad("door_key", "door_key_unreadable", "door_key_back", detail=str(error))
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if certificate.public_key().public_bytes(*form) != key.public_key().public_bytes(*form):
        return bad("door_key", "door_key_differs", "door_key_back")
    return ok("door_key", "door_key_fits")


def keys_at_rest(patient: Patient) -> Finding:
    """Can whoever takes the disk away use the private keys?"""
    files = KeyFiles(patient.home.keys)
    names = files.lying_open()
    if files.are_locked and not names:
        return ok("keys_at_rest", "keys_sealed")
    facts = {"home": str(patient.home.path), "names": ", ".join(names)}
    if files.are_locked:
        return look("keys_at_rest", "some_keys_open", "seal_keys", **facts)
    return look("keys_at_rest", "keys_open", "seal_keys", **facts)


def desk_door(patient: Patient) -> Finding:
    """Do passwords cross a network in the open?"""
    home = patient.home
    if home.https:
        return ok("desk_door", "desk_https", host=home.desk.host)
    if is_local(home):
        return ok("desk_door", "desk_local", host=home.desk.host)
    return look("desk_door", "desk_plain", "desk_behind_tls", host=home.desk.host)


def is_local(home: House) -> bool:
    """Say whether the desk is for browsers of this machine alone: by its name, and by where it listens."""
    host = home.desk.host
    named = host == "localhost" or host.endswith(".localhost") or _is_loopback(host)
    return named and _is_loopback(home.listen)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def last_backup(patient: Patient) -> Finding:
    """When was the last backup?"""
    home = str(patient.home.path)
    if patient.home.database:
        return ok("backup", "backup_of_postgresql")
    try:
        at, put_back = noted_backup(patient.home), noted_restore(patient.home)
    except (ValueError, KeyError, TypeError):
        return look("backup", "backup_note_broken", "backup_now", home=home, file=LAST_BACKUP)
    if put_back is not None:
        on, made = (f"{one:{MINUTE}}" for one in put_back)
        return look("backup", "backup_before_restore", "backup_now", home=home, on=on, made=made)
    if at is None:
        return look("backup", "backup_never", "backup_now", home=home)
    age = patient.now - at
    facts = {"home": home, "days": age.days, "on": f"{at:{MINUTE}}", "at": at.isoformat()}
    if age <= BACKUP_GOOD:
        return ok("backup", "backup_age", **facts)
    return (look if age <= BACKUP_OLD else bad)("backup", "backup_age", "backup_now", **facts)


def noted_backup(home: House) -> datetime | None:
    """Return when the last backup of this node was made, None when none was since it was founded or put back.

    A broken note raises ValueError, KeyError or TypeError.
    """
    noted = _note(home)
    return None if noted is None or RESTORED in noted else datetime.fromisoformat(noted["at"])


def noted_restore(home: House) -> tuple[datetime, datetime] | None:
    """Return when the node was put back and when that backup was made, unless one has been made since; else None."""
    noted = _note(home)
    if noted is None or RESTORED not in noted:
        return None
    return datetime.fromisoformat(noted[RESTORED]), datetime.fromisoformat(noted["made_at"])


def _note(home: House) -> Mapping[str, str] | None:
    try:
        noted: Mapping[str, str] = json.loads((home.path / LAST_BACKUP).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return noted
