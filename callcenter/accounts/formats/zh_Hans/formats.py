"""Dates as figures and the 24-hour clock; settings name this package in FORMAT_MODULE_PATH."""

DATE_FORMAT = "Y-m-d"
SHORT_DATE_FORMAT = "m-d"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y-m-d H:i"
SHORT_DATETIME_FORMAT = "m-d H:i"
MONTH_DAY_FORMAT = "m-d"
FIRST_DAY_OF_WEEK = 1
