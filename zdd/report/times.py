"""Times and durations, short."""

from datetime import datetime, tzinfo


def clock_time(at: float, zone: tzinfo | None = None) -> str:
    """`12:00:03`, in the zone of this machine if none is named."""
    return f"{datetime.fromtimestamp(at, zone):%H:%M:%S}"


def date_time(at: float, zone: tzinfo | None = None) -> str:
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M:%S}"


def span(seconds: float) -> str:
    """`0.4s` · `31s` · `2m10s` · `1h02m`."""
    whole = max(0, round(seconds))
    if seconds < 9.95:
        return f"{max(0.0, seconds):.1f}s"
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02}m"
