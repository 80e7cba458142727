# odd: compiles patterns with names and flags
# entry: dates
# tier: value
# test: assert dates("on 2024-01-31 or 2025-12-01") == [("2024", "01"), ("2025", "12")]
import re

DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-\d\d", re.ASCII)


def dates(text):
    return [(m["year"], m["month"]) for m in DATE.finditer(text)]
