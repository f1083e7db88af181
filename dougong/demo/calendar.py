"""When the demo company works, and how busy each time of the year is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

NEW_YEAR: Mapping[int, tuple[int, int]] = {
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
    2031: (1, 23),
    2032: (2, 11),
}
"""The day of the Chinese new year."""
USUAL_NEW_YEAR = (2, 6)
SEASON: Mapping[int, float] = {
    1: 0.95, 2: 0.85, 3: 1.2, 4: 1.1, 5: 1.05, 6: 1.1,
    7: 0.88, 8: 0.85, 9: 1.15, 10: 0.95, 11: 1.15, 12: 1.1,
}  # fmt: skip
SHANGHAI_OPENS = time(1, tzinfo=UTC)
"""Nine in the morning in Shanghai."""
SATURDAY = 5


def days(first: date, last: date) -> Iterator[date]:
    """Give every day, the last included."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def is_holiday(day: date) -> bool:
    """Tell whether the country rests: New Year, spring festival, May and October."""
    month, of_month = NEW_YEAR.get(day.year, USUAL_NEW_YEAR)
    spring = date(day.year, month, of_month)
    if spring - timedelta(days=2) <= day <= spring + timedelta(days=6):
        return True
    fixed = (day.month, day.day)
    return fixed == (1, 1) or (5, 1) <= fixed <= (5, 3) or (10, 1) <= fixed <= (10, 6)


def is_working(day: date) -> bool:
    """Tell whether the office and the warehouse work."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def next_working(day: date) -> date:
    """Give the day itself, or the next one on which people work."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def busyness(day: date) -> float:
    """Tell how many orders a day brings, an ordinary working day being one."""
    if is_holiday(day):
        return 0.0
    weekday = 1.0 if day.weekday() < SATURDAY else 0.22
    month, of_month = NEW_YEAR.get(day.year, USUAL_NEW_YEAR)
    away = abs((day - date(day.year, month, of_month)).days)
    quiet = 0.35 if away <= 16 else 1.0
    return SEASON[day.month] * weekday * quiet


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Give a time of the day, as clocks in Shanghai show it."""
    nine = datetime.combine(day, SHANGHAI_OPENS)
    return nine + timedelta(hours=hour - 9, minutes=minute)


def is_month_end(day: date) -> bool:
    """Tell whether tomorrow is another month."""
    return (day + timedelta(days=1)).month != day.month


def month_before(day: date) -> date:
    """Give the first day of the month before a day's month."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
