"""Stand-in for the tag library `desk`, so that templates can be looked at before the views exist."""

from datetime import UTC, datetime, timedelta, timezone

from django import template
from django.utils import translation

from lienlac.wording import label

register = template.Library()
NOW = datetime(2026, 11, 21, 15, 41, tzinfo=UTC)
HERE = timezone(timedelta(hours=7))
UNITS = {
    "vi": ("phút", "giờ", "ngày", "còn {0} {1}", "quá hạn {0} {1}"),
    "zh-hans": ("分钟", "小时", "天", "剩 {0} {1}", "超时 {0} {1}"),
    "lo": ("ນາທີ", "ຊົ່ວໂມງ", "ມື້", "ເຫຼືອ {0} {1}", "ກາຍ {0} {1}"),
    "en": ("min", "h", "days", "{0} {1} left", "{0} {1} late"),
}


@register.filter
def word(code: str, code_list: str) -> str:
    """Label of `code` in the current language, or the code."""
    return label(code_list, code, translation.get_language() or "en")


@register.filter
def moment(at: datetime) -> str:
    """Absolute time in the zone of the node."""
    local = at.astimezone(HERE)
    return local.strftime("%H:%M" if local.date() == NOW.astimezone(HERE).date() else "%H:%M %d/%m/%Y")


@register.filter
def time_left(at: datetime) -> str:
    """Time until `at` in words, for four languages."""
    minutes = int(abs((at - NOW).total_seconds()) // 60)
    *units, left, late = UNITS.get(translation.get_language() or "en", UNITS["en"])
    n, unit = (minutes, 0) if minutes < 90 else (minutes // 60, 1) if minutes < 2880 else (minutes // 1440, 2)
    return (late if at < NOW else left).format(n, units[unit])
