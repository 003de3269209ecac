# Local time: timestamps, astimezone() and fold, in zones whose clocks change.
import os
import time
from datetime import date, datetime, timedelta, timezone

DAY = 86400


def show(function, *args):
    try:
        result = function(*args)
        print(function.__name__, *args, "->", repr(result), getattr(result, "fold", ""))
    except (ValueError, OverflowError, OSError) as error:
        print(function.__name__, *args, "->", type(error).__name__, error)


for zone in ("UTC", "America/New_York", "Europe/London", "Australia/Lord_Howe", "EST5EDT,M3.2.0,M11.1.0", "Asia/Kolkata"):
    os.environ["TZ"] = zone
    time.tzset()
    print(zone, time.tzname)
    for start in (1583625600, 1604188800, 1585443600, 1603587600, 1601740800, 1586016000, 0, -1e9, 4e9):
        for hour in range(0, 36, 3):
            stamp = start + hour * 3600
            when = datetime.fromtimestamp(stamp)
            assert when.timestamp() == stamp and when.astimezone().timestamp() == stamp, (zone, stamp, when)
            print(when, when.fold, when.astimezone().isoformat(), datetime.fromtimestamp(stamp, timezone.utc).astimezone().tzname())
    for day in ((2020, 3, 8), (2020, 11, 1), (2020, 3, 29), (2020, 10, 25), (2020, 4, 5), (2020, 10, 4)):
        for minutes in range(0, 240, 30):  # every local time, those that exist twice and never among them
            when = datetime(*day) + timedelta(minutes=minutes)
            print(when, when.timestamp(), when.replace(fold=1).timestamp(), when.astimezone(), when.replace(fold=1).astimezone(timezone.utc))
    for when in (datetime.min, datetime(1, 1, 2), datetime(1, 1, 3), datetime.max, datetime(9999, 12, 30)):
        show(when.timestamp)
        show(when.astimezone)
        show(when.astimezone, timezone.utc)
    for stamp in (0, 0.5, -0.5, 1e-7, 5e-7, 1.5e-6, 1e10, 1e11, 2.6e11, -6.3e10, -6.2e10, 1e12, 1e18, -1e18, 2**62, 2**70):
        show(datetime.fromtimestamp, stamp)
        show(datetime.utcfromtimestamp, stamp)
        show(date.fromtimestamp, stamp)

# today() is fromtimestamp() of time.time(), whatever that says; now() is not.
clock, time.time = time.time, lambda: 1e9
print(date.today(), datetime.today(), datetime.now().year > 2001)
time.time = clock
before, now, after = datetime.utcnow(), datetime.now(timezone.utc), datetime.utcnow()
print(before <= now.replace(tzinfo=None) <= after, abs(datetime.now() - datetime.now(timezone.utc).astimezone().replace(tzinfo=None)) < timedelta(1))
