"""Stand between the SQLite of this process and the kernel, without a compiler and without special rights.

The library calls `open64`, `write` and the others through pointers that the dynamic linker filled in when it was
loaded; the file itself says where they lie (ELF, tool interface standard 1.2, relocations). Each is replaced by a
function of Python that may look on, do it, or refuse it with an errno as the kernel would. (SQLite's own door for this,
`xSetSystemCall`, does not reach `fsync`, and the library of a node hides its names.) What maps memory is not seen:
that is the `-shm` file alone, which SQLite makes anew after a power cut.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

PROT_READ_WRITE = mmap.PROT_READ | mmap.PROT_WRITE
RELA, SYMBOL = struct.Struct("<QQq"), struct.Struct("<IBBHQQ")
SECTION = struct.Struct("<IIQQQQIIQQ")
SHT_RELA = 4
PLAIN_POINTERS = frozenset({1, 6, 7, 257, 1025, 1026})  # 64, GLOB_DAT, JUMP_SLOT of x86-64, then of AArch64

_int, _size, _off, _at, _path = (
    ctypes.c_int,
    ctypes.c_size_t,
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_char_p,
)
SHAPES: Mapping[str, tuple[Any, ...]] = {
    "open64": (_int, _path, _int, _int),
    "close": (_int, _int),
    "write": (ctypes.c_ssize_t, _int, _at, _size),
    "pwrite64": (ctypes.c_ssize_t, _int, _at, _size, _off),
    "ftruncate64": (_int, _int, _off),
    "fsync": (_int, _int),
    "unlink": (_int, _path),
}
"""What SQLite 3.53 calls to change a file: result, arguments. A build may leave some of them out."""

Real = Callable[..., int]


def real(name: str) -> Real:
    """Return the C library's own function."""
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    function.restype, *function.argtypes = SHAPES[name]
    found: Real = function
    return found


def put_between(library: Path, functions: Mapping[str, Real]) -> frozenset[str]:
    """Let a loaded library call these instead; return which it calls at all. -1 with `ctypes.set_errno` refuses."""
    base, libc, met = _base(library), ctypes.CDLL(None), set[str]()
    page = mmap.PAGESIZE
    for name, offset in _pointers(library.read_bytes()):
        if name in functions:
            made = ctypes.CFUNCTYPE(*SHAPES[name], use_errno=True)(functions[name])
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(made))  # the table points into it to the very end
            address = base + offset
            libc.mprotect(ctypes.c_void_p(address & -page), ctypes.c_size_t(page), PROT_READ_WRITE)
            ctypes.c_void_p.from_address(address).value = ctypes.cast(made, ctypes.c_void_p).value
            met.add(name)
    return frozenset(met)


def _base(library: Path) -> int:
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        if line.endswith(str(library.resolve())):
            return int(line.partition("-")[0], 16)
    raise LookupError(f"{library} is not loaded")


def _pointers(elf: bytes) -> list[tuple[str, int]]:
    """Give the name and the place, from the base, of each function that the linker looked up."""
    sections_at, count = struct.unpack_from("<Q", elf, 40)[0], struct.unpack_from("<H", elf, 60)[0]
    sections = [SECTION.unpack_from(elf, sections_at + number * SECTION.size) for number in range(count)]
    found = []
    for _, kind, _, _, at, size, link, *_ in sections:
        if kind != SHT_RELA:
            continue
        symbols_at, names = sections[link][4], sections[sections[link][6]][4]
        for place in range(at, at + size, RELA.size):
            offset, info, _ = RELA.unpack_from(elf, place)
            if info & 0xFFFFFFFF in PLAIN_POINTERS and info >> 32:
                name_at = names + SYMBOL.unpack_from(elf, symbols_at + (info >> 32) * SYMBOL.size)[0]
                found.append((elf[name_at : elf.index(b"\0", name_at)].decode("ascii"), offset))
    return found
