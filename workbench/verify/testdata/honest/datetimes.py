# odd: computes with dates
# entry: weekday
# tier: value
# test: assert weekday(2024, 2, 29) == "Thursday"
import datetime


def weekday(year, month, day):
    return datetime.date(year, month, day).strftime("%A")
