"""Number plates of six countries brought into one shape: what stands on the plate, without the name of the province.

Shapes (own observation, to be verified by the offices): VN 29A-123.45, 29-LD-123.45, 20-MĐ1 123.45; LA ກຂ 1234 under
the province; CN 粤B·12345, 粤B·D12345; KH 2AB-1234 under the province; TH 1กก 1234 over the province; MM YGN 1A/1234.
Who writes a plate down leaves the province out, or writes it first or last: it is no part of the folded number.
"""

from __future__ import annotations

import re

from lienlac.core.names.tokens import fold_variants

_SIGNS = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_PINYIN = (
    "JING JIN JI JIN MENG LIAO JI HEI HU SU ZHE WAN MIN GAN LU YU E XIANG YUE GUI QIONG YU CHUAN GUI YUN ZANG"
    " SHAN GAN QING NING XIN"
)
CHINESE_PROVINCES = dict(zip(_SIGNS, _PINYIN.split(" "), strict=True))
"""The sign of a province -> its pinyin: whoever cannot type it writes that."""

_REGIONS = "AYY BGO CHN KCN KYH KYN MDY MGY MON NPW RKE SHN SGG TNI YGN"
BURMESE_REGIONS = frozenset(_REGIONS.split(" "))
_WORD = re.compile(r"[A-ZĐ]{5,}")  # PHNOM, PENH, VIENTIANE
_THAI_OR_LAO = re.compile(r"[\u0e00-\u0eff]+")
_CONSONANTS = re.compile(r"[\u0e01-\u0e2e\u0e81-\u0eae]{1,3}")
_KHMER_OR_BURMESE = re.compile(r"[\u1000-\u109f\u1780-\u17ff]{2,}")
_PARTS = re.compile(r"[\s\-.,·•・/()]+")


def told(plate: str) -> str:
    """Return the parts of a plate that identify it, in a row; `plate` is NFKC. Nothing is lost when none would stay."""
    parts = [part for part in _PARTS.split(fold_variants(plate).upper().replace("Đ", "D")) if part]
    kept = [part for part in parts if not _is_province(part)]
    text = "".join(kept if any(map(_has_digit, kept)) else parts)
    return "".join(CHINESE_PROVINCES.get(char, char) for char in text)


def _is_province(part: str) -> bool:
    """Say whether a part without digits is the name of a place: plates of Thailand and Laos have bare consonants."""
    if _has_digit(part):
        return False
    if _THAI_OR_LAO.fullmatch(part):
        return _CONSONANTS.fullmatch(part) is None
    known = part in BURMESE_REGIONS or _KHMER_OR_BURMESE.fullmatch(part)
    return bool(known or _WORD.fullmatch(part) or part in {"PENH"})


def _has_digit(part: str) -> bool:
    return any(char.isdigit() for char in part)
