"""Says how long something took, as short as a person would."""

_MINUTE, _HOUR = 60, 3600


def duration(seconds: float) -> str:
    """Return "4 ms", "0.42 s", "12.3 s", "1 min 3 s" or "2 h 5 min"; a clock set back counts as no time."""
    seconds = max(seconds, 0.0)
    if seconds < 0.0995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR:,} h {whole % _HOUR // _MINUTE} min"
