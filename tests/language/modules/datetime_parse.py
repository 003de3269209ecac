# fromisoformat() of date, time and datetime: every form, each with small damage; and what isoformat() writes read again.
import random
from datetime import date, datetime, time, timedelta, timezone

R = random.Random(20200229)
DATES = "2020-02-29 20200229 2020-W05-3 2020-W05 2020W053 2020W05 9999-W53 0001-01-01 2020-02-30".split()
TIMES = "12 12:30 1230 12:30:15 123015 12:30:15.5 123015,123456 12:30:15.1234567 12: 12:30.5 T12 24 12:60 12:30:60".split()
ZONES = ["", *"Z +05 +0530 -05:30 +05:30:15 -05:30:15.123456 +00:00 -00:00 +24:00 +00:00:00.5 +1 +12:".split()]


def show(cls, text):
    try:
        print(cls.__name__, ascii(text), cls.fromisoformat(text))
    except (ValueError, TypeError) as error:
        print(cls.__name__, ascii(text), type(error).__name__, ascii(error))


def damaged(text):
    for _ in range(R.choice([1, 1, 2])):
        i = R.randrange(len(text) + 1)
        ch = R.choice("0123456789-:.,TWZ+ é\ud800")
        text = R.choice([text[:i] + ch + text[i:], text[:i] + text[i + 1 :], text[:i] + ch + text[i + 1 :]])
    return text


for text in DATES:
    show(date, text)
    show(datetime, text)
    for separator in "T é-5\ud800":
        show(datetime, text + separator)
        show(datetime, text + separator + "12:30")
for text in TIMES:
    for zone in ZONES:
        show(time, text + zone)
        show(datetime, "2020-02-29T" + text + zone)
for _ in range(300):
    show(date, damaged(R.choice(DATES)))
    show(time, damaged(R.choice(TIMES) + R.choice(ZONES)))
    show(datetime, damaged(R.choice(DATES) + R.choice("T 5é-") + R.choice(TIMES) + R.choice(ZONES)))
for cls in (date, time, datetime):
    for text in (1, None, b"2020-01-01", "", "x", "\ud800" * 8, "é" * 8):
        show(cls, text)

for _ in range(300):
    zone = R.choice([None, timezone.utc, timezone(timedelta(seconds=R.randrange(-86399, 86400), microseconds=R.choice([0, 5])))])
    when = datetime.fromordinal(R.randrange(1, 3652060)).replace(
        hour=R.randrange(24), minute=R.randrange(60), second=R.randrange(60), microsecond=R.choice([0, 1, 120000, 999999]), tzinfo=zone
    )
    assert datetime.fromisoformat(when.isoformat()) == when == datetime.fromisoformat(when.isoformat(R.choice(" é\ud800")))
    assert date.fromisoformat(when.date().isoformat()) == when.date() == date.fromisocalendar(*when.isocalendar())
    assert time.fromisoformat(when.timetz().isoformat()) == when.timetz()
    print(when, when.isocalendar(), when.toordinal(), when.timetuple()[6:])
