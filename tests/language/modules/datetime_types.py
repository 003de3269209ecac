# date, time, datetime, tzinfo, timezone: making, fields, methods, operators, limits and what each error says.
import copy
import pickle
import sys

try:
    from ouroscope import audit
except ImportError:
    audit = list
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo


class Zone(tzinfo):
    def __init__(self, offset=None, name=None, dst=None):
        self.offset, self.name, self.saving = offset, name, dst

    def utcoffset(self, when):
        return self.offset

    def tzname(self, when):
        return self.name

    def dst(self, when):
        return self.saving

    def __repr__(self):
        return "Zone()"


class Back(tzinfo):
    """Clocks went back by an hour at 2:00 on 25 October 2020."""

    def utcoffset(self, when):
        naive = when.replace(tzinfo=None, fold=0)
        late = naive >= datetime(2020, 10, 25, 2) or (naive >= datetime(2020, 10, 25, 1) and when.fold)
        return timedelta(hours=0 if late else 1)

    def dst(self, when):
        return self.utcoffset(when)

    def tzname(self, when):
        return "B%Yck"

    def __repr__(self):
        return "Back()"


class Name(str):
    def replace(self, *args):
        audit()
        return self.given


def name(given):
    text = Name("a name")
    text.given = given
    return text


class D(date):
    pass


class DT(datetime):
    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls, *args, **kwargs)
        self.made = len(args), sorted(kwargs)
        return self


class T(time):
    pass


class Odd(datetime):
    def __new__(cls, *args):
        return args


class Named(datetime):
    def isoformat(self, *args):
        return "iso" + repr(args)

    def strftime(self, format):
        return "strf" + format


def at(zone, *args):
    return datetime(2020, 1, 1, *args, tzinfo=zone)


n = datetime(2020, 1, 2, 3, 4, 5, 6)
u = n.replace(tzinfo=timezone.utc)
east = timezone(timedelta(hours=5, minutes=30))
back = Back()


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for line in r"""
MINYEAR, MAXYEAR, UTC is timezone.utc, date.__module__, [t.__name__ for t in (date, time, datetime, timezone, tzinfo)], datetime.__mro__, timezone.__mro__
date(1); date(); date(1, 2, 3, 4); date('x', 1, 1); date(1.5, 1, 1); date(0, 1, 1); date(2**40, 1, 1); date(1, 13, 1); date(1, 2, 30); date(2000, 2, 29); date(1900, 2, 29); date(1, 1, 0); date(day=1, month=2, year=3); date(1, 1, day=2.5); date(1, 1, x=1)
date.fromtimestamp('x'); date.fromtimestamp(1e300); date.fromtimestamp(float('nan')); date.fromtimestamp(1e12); date.fromtimestamp(); date.fromordinal(0); date.fromordinal(10**7); date.fromordinal(10**20); date.fromordinal(1), date.fromordinal(3652059), date.fromordinal(737425)
date.fromisocalendar(0, 1, 1); date.fromisocalendar(2020, 54, 1); date.fromisocalendar(2021, 53, 1); date.fromisocalendar(2020, 53, 7); date.fromisocalendar(2020, 1, 8); date.fromisocalendar(10**20, 1, 1); date.fromisocalendar(10000, 1, 1)
date.fromisocalendar(9999, 52, 7); date.fromisocalendar('x', 1, 1); date.fromisocalendar(1, 1); date.fromisocalendar(1, 1, 1, 1); date.fromisocalendar(year=1, week=1, day=1); date.fromisocalendar(2020, 0, 1); date.today(1)
date.max + timedelta(1); date.min - timedelta(1); date.max + timedelta.max; date.min + timedelta.max; date(2020, 2, 28) + timedelta(1, 86399), timedelta(2) + date(2020, 2, 28), date(2020, 3, 1) - timedelta(1, 5), date(2020, 3, 1) - date(2019, 3, 1)
date(2020, 1, 1) - 1; date(2020, 1, 1) + 1; 1 + date(2020, 1, 1); timedelta(1) - date(2020, 1, 1); date(2020, 1, 1) - n; n - date(2020, 1, 1); date(2020, 1, 1) + n; n - 1; n + 1; n + n
date.min.__format__(1); date.min.__format__(); format(date.min), format(date.min, '%d/%m'), format(time(5), '%H'), format(n, '%S.%f'); date.min.strftime(1); date.min.strftime(); date.min.strftime('%Y %'); date.min.strftime('\ud800'); date.min.strftime('\0a%Y\0')
date.min.replace(year=0); date.min.replace('x'); date.min.replace(month=13); date.min.replace(day=5), D(1, 1, 1).replace(day=3); date.min < 1; date.min == 1, date.min != None; date.min < n; n < date.min; n == date.min, n != date.min, date(2020, 1, 2) == n, D(2020, 1, 2) == n, n == D(2020, 1, 2); D(2020, 1, 1) < n
date.min.isocalendar(), date(2020, 12, 31).isocalendar(), date(2021, 1, 3).isocalendar(), date.max.isocalendar(), n.isocalendar() == (2020, 1, 4), hash(n.isocalendar()) == hash((2020, 1, 4)), n.isocalendar()[:2], n.isocalendar().year, n.isocalendar().week, n.isocalendar().weekday
n.isocalendar().__reduce__(); type(n.isocalendar())(1, 2); type(n.isocalendar())(1, 2, 3); type(n.isocalendar()).__mro__; pickle.loads(pickle.dumps(n.isocalendar())); n.isocalendar().week.__class__; type('X', (type(n.isocalendar()),), {})
date(2020, 2, 29).timetuple(), date.max.toordinal(), date(2020, 2, 29).weekday(), date(2020, 3, 1).isoweekday(), date(5, 6, 7).isoformat(), str(date(5, 6, 7)), repr(D(1, 1, 1)), date(2020, 2, 9).ctime(), n.ctime()
date.year.__set__(n, 1); n.foo; setattr(date, 'x', 1); date.min.year, date.max.day, date.resolution, date.min, date.max
tzinfo().utcoffset(None); tzinfo().tzname(None); tzinfo().dst(None); tzinfo().fromutc(1); tzinfo().fromutc(n); tzinfo(1, 2, x=3).__class__; tzinfo().__reduce__(), Zone(1).__reduce__(), timezone.utc.__reduce__(), east.__reduce__(), timezone(timedelta(0), 'x').__reduce__()
Zone().fromutc(at(Zone())); (lambda z: z.fromutc(at(z)))(Zone()); (lambda z: z.fromutc(at(z)))(Zone(timedelta(0))); (lambda z: z.fromutc(at(z)))(Zone(timedelta(0, 5), None, timedelta(0, 7))); (lambda z: z.fromutc(at(z)))(Zone(timedelta(0, 5), None, 7))
at(Zone(1)).utcoffset(); at(Zone(timedelta(1))).utcoffset(); at(Zone(-timedelta(1))).utcoffset(); at(Zone(None, 1)).tzname(); at(Zone(None, 1, 1)).dst(); at(Zone(None, 1, timedelta(-1))).dst(); at(Zone(timedelta(1))) == n; at(Zone(timedelta(1))).isoformat(); at(Zone(1)) - at(timezone.utc)
at(Zone()).strftime('[%z %Z]'), at(Zone(timedelta(0, 1, 2), 'a%Yb')).strftime('[%z %Z %f %% %z]'), at(back).strftime('%Z%z'), time(5, tzinfo=east).strftime('%z %Z %H %f'), n.strftime('%z|%Z|%f|%%f|%%%f'); time(5, tzinfo=back).strftime('%z'); at(Zone(1)).strftime('%z %Z'); at(Zone(None, 1)).strftime('%Z'); at(Zone(None, name('%Y'))).strftime('%Z'); at(Zone(None, name(5))).strftime('%z%Z')
timezone(); timezone(1); timezone(timedelta(1)); timezone(-timedelta(1)); timezone(timedelta(0, 1), 1); timezone(timedelta(0), None); timezone(timedelta(0, 1), 'x'), timezone(timedelta(0), 'x'), timezone(timedelta(0)) is timezone.utc, timezone(offset=timedelta(0, 5), name='n')
str(timezone(timedelta(0), 'x')), str(timezone(timedelta(0, -1, 1))), str(east), str(timezone.utc), str(timezone.min), str(timezone(timedelta(hours=5, seconds=1, microseconds=2))), timezone.min, timezone.max, repr(timezone.utc)
timezone.utc.tzname(1); timezone.utc.utcoffset(1); timezone.utc.dst(1); timezone.utc.fromutc(1); timezone.utc.fromutc(n); timezone.utc.tzname(None), timezone.utc.utcoffset(n), timezone.utc.dst(None), east.fromutc(n.replace(tzinfo=east))
timezone.utc < timezone.utc; timezone.utc == 1, timezone.utc == timezone(timedelta(0), 'x'), east != timezone.utc, hash(east) == hash(timedelta(hours=5, minutes=30)); type('x', (timezone,), {}); timezone.utc.__getinitargs__(), timezone(timedelta(0, 1), 'x').__getinitargs__()
time(24); time(0, 60); time(0, 0, 60); time(0, 0, 0, 1000000); time(-1); time(0, 0, 0, 0, 1); time(fold=2); time(0, 0, 0, 0, None, 1); time('x'); time(fold='x'); time(1.5); time(hour=1, second=5), time(1, 2, 3, 4, timezone.utc, fold=1), time(), time(True); time(2**40)
time(1, 2, 3, 4).isoformat('milliseconds'), time(1, 2, 3, 4).isoformat('hours'), time(1, 2, 3, 4).isoformat(timespec='minutes'), time(1).isoformat('auto'), time(1).isoformat('microseconds'), time(1, 2, 3).isoformat('seconds'); time().isoformat(timespec='x'); time().isoformat(1); time().isoformat('hours', 'x'); time().isoformat(None)
time() < time(tzinfo=UTC); time() == time(tzinfo=UTC), time(5, tzinfo=UTC) == time(6, tzinfo=timezone(timedelta(hours=1))), hash(time(5, tzinfo=UTC)) == hash(time(6, tzinfo=timezone(timedelta(hours=1)))), time(1) < time(2), time(1) <= T(1), time(5, tzinfo=Zone()) == time(5), time(1, fold=1) == time(1), bool(time(0)); time() < 1; time() == 1, time(5, tzinfo=east) > time(5, tzinfo=UTC); time(tzinfo=Zone(1)) == time()
time().replace(hour=99); time().replace(tzinfo=1); time(1).replace(2, 3, 4, 5, UTC, fold=1), time(1, tzinfo=UTC).replace(tzinfo=None), T(1).replace(hour=2); time(fold=1).fold, time(1, 2, 3, 4).microsecond, time(tzinfo=UTC).tzinfo, time(tzinfo=UTC).utcoffset(), time(tzinfo=UTC).tzname(), time(tzinfo=UTC).dst(), time().tzname(), time.min, time.max, time.resolution
repr(time(1, tzinfo=UTC, fold=1)), repr(time(1, 2, 3)), repr(time(1, 2, 3, 4)), repr(T(5)), str(time(5, tzinfo=Zone(timedelta(0, 60)))), str(time(5, tzinfo=Zone(-timedelta(0, 60, 5))))
datetime(); datetime(1, 2); datetime(1, 2, 3, tzinfo=1); datetime(1, 2, 3, 4, 5, 6, 7, None, 1); datetime(2020, 1, 1, 1.5); datetime(2020, 1, 1, foo=1); datetime(2020, 1, 1, 24); datetime(2020, 2, 30); datetime(10000, 1, 1); datetime(2020, 1, 1, fold=2); datetime(2020, 1, 1, tzinfo=None, fold=True), datetime(2020, 1, 2, 3, 4, 5, 6, UTC, fold=1)
datetime.combine(1, 2); datetime.combine(date.min, 2); datetime.combine(date.min, time(), 1); datetime.combine(date.min); datetime.combine(date=date.min, time=time.min, tzinfo=UTC), datetime.combine(n, time(5, tzinfo=UTC, fold=1)), datetime.combine(n, time(5, tzinfo=UTC), None), DT.combine(n, time(5)).made
datetime.now(1); datetime.now(tzinfo=1); datetime.now(1, 2); datetime.now(tz=UTC).tzinfo, datetime.now(None).tzinfo, DT.now().__class__, type(DT.now(back)), datetime.utcnow().tzinfo; datetime.utcnow(1)
datetime.fromtimestamp(); datetime.fromtimestamp('x'); datetime.fromtimestamp(1, 1); datetime.fromtimestamp(1e300); datetime.fromtimestamp(1e12); datetime.fromtimestamp(-1e12); datetime.utcfromtimestamp(1e12); datetime.fromtimestamp(float('nan')); datetime.utcfromtimestamp(float('inf')); datetime.utcfromtimestamp(1, 2)
datetime.utcfromtimestamp(1.5), datetime.utcfromtimestamp(-1e-6), datetime.utcfromtimestamp(0.0000005), datetime.utcfromtimestamp(0.0000015), datetime.fromtimestamp(1e9, UTC), datetime.fromtimestamp(timestamp=1e9, tz=east), datetime.fromtimestamp(-0.5, UTC), datetime.fromtimestamp(253402300799, UTC), datetime.fromtimestamp(-62135596800, UTC)
datetime.strptime(1, 2); datetime.strptime('1', '2'); datetime.strptime('1'); datetime.strptime('2020-01-01 +0530', '%Y-%m-%d %z'), datetime.strptime('5 UTC', '%H %Z'), DT.strptime('2020', '%Y').__class__
n.astimezone(1); n.astimezone(x=1); u.astimezone(east), u.astimezone(UTC) is u, u.astimezone(tz=back), u.replace(hour=0, month=10, day=25).astimezone(back), u.replace(hour=1, month=10, day=25).astimezone(back).utcoffset(); datetime.min.replace(tzinfo=east).astimezone(UTC); datetime.max.replace(tzinfo=UTC).astimezone(east); DT(2020, 1, 1, tzinfo=UTC).astimezone(east).made
n.isoformat(1); n.isoformat('xx'); n.isoformat(timespec='x'); n.isoformat('\ud800'), n.isoformat(sep='é'), n.isoformat('x', 'minutes'), n.isoformat(' ', 'milliseconds'), u.isoformat(), n.replace(microsecond=0).isoformat(), str(u), at(back).isoformat(); n.isoformat(timespec='nope\0'); n.isoformat(timespec=None)
datetime.min - timedelta(1); datetime.max + timedelta.resolution; datetime.max - datetime.min, n + timedelta(1, 86399, 999999), timedelta(-1, 5) + n, n - timedelta(400, 5, 6), n - DT(2020, 1, 1), u - at(east), at(back) - at(back, 5); n - u; n < u; n == u, n != u, u == u.astimezone(east), u < at(UTC), u >= at(east), n == n.replace(fold=1); n < 1; n == 1
at(Zone()) == n.replace(2020, 1, 1, 0, 0, 0, 0), at(Zone()) - datetime(2019, 1, 1); at(Zone()) < u
datetime(2020, 10, 25, 1, tzinfo=back) == datetime(2020, 10, 25, 0, tzinfo=UTC), datetime(2020, 10, 25, 1, tzinfo=back) != datetime(2020, 10, 25, 0, tzinfo=UTC), datetime(2020, 10, 25, 1, tzinfo=back) <= datetime(2020, 10, 25, 0, tzinfo=UTC), datetime(2020, 10, 25, 3, tzinfo=back) == datetime(2020, 10, 25, 3, tzinfo=UTC)
datetime(2020, 10, 25, 1, tzinfo=back) == datetime(2020, 10, 25, 1, tzinfo=back, fold=1), hash(datetime(2020, 10, 25, 1, tzinfo=back)) == hash(datetime(2020, 10, 25, 1, tzinfo=back, fold=1)), datetime(2020, 10, 25, 1, tzinfo=back, fold=1) - datetime(2020, 10, 25, 1, tzinfo=back), hash(u) == hash(u.astimezone(east)) == hash(u.astimezone(back)), hash(n) == hash(n.replace(fold=1)), hash(n) == hash(DT(2020, 1, 2, 3, 4, 5, 6))
n.replace(fold=3); n.replace(x=3); n.replace(tzinfo=1); n.replace(2021, 2, 3, 4, 5, 6, 7, UTC), n.replace(tzinfo=None).tzinfo, n.replace(fold=1).fold, u.replace(hour=0), DT(2020, 1, 1).replace(day=2), type(DT(2020, 1, 1).replace(day=2)), Odd.combine(n, time(5)), Odd.fromisoformat('2020-01-01'), Odd.fromordinal(5)
n.date(), n.time(), n.timetz(), u.timetz(), n.replace(fold=1).time(), n.utcoffset(), n.dst(), n.tzname(), u.utcoffset(), u.tzname(), at(back).dst(), n.hour, n.minute, n.second, n.microsecond, n.fold, n.tzinfo, u.tzinfo, n.year, n.month, n.day
n.timetuple(), u.timetuple(), at(back).timetuple(), u.utctimetuple(), at(east).utctimetuple(), n.utctimetuple(); n.timetuple(1); datetime.max.replace(tzinfo=timezone.min).utctimetuple(); at(Zone(None, None, 1)).timetuple(); u.timestamp(), at(east).timestamp(), datetime.min.replace(tzinfo=UTC).timestamp(), datetime.max.replace(tzinfo=UTC).timestamp(); at(Zone()).timestamp()
repr(n), repr(u), repr(datetime(1, 1, 1)), repr(datetime(1, 1, 1, fold=1, tzinfo=UTC)), repr(datetime(1, 1, 1, 0, 0, 5)), repr(datetime(1, 1, 1, 0, 0, 0, 5)), repr(DT(1, 1, 1)), str(Named(1, 1, 1)), format(Named(1, 1, 1)), format(Named(1, 1, 1), 'x'), Named(1, 1, 1).__reduce__()
type(DT(2020, 1, 1) + timedelta(1)), (DT(2020, 1, 1) + timedelta(1)).made, (DT(2020, 1, 1, fold=1) - timedelta(1)).fold, type(D(2020, 1, 1) + timedelta(1)), type(D.today()), type(DT.today()), DT.fromtimestamp(0, UTC).made, DT.fromisoformat('2020-01-01').made, type(T.fromisoformat('05')), D.fromisoformat('2020-01-01'), D.fromisocalendar(2020, 1, 1), D.fromordinal(5)
n.__reduce__(1); n.__reduce_ex__(); n.__reduce_ex__('x'); date.__new__(int, 1, 1, 1); datetime.__new__(date, 1, 1, 1); time.__new__(T, 1), datetime.__new__(DT, 1, 1, 1)
""".strip().splitlines():
    for part in line.split("; "):
        show(part)

# Pickling and copying, with every protocol, and the states that older versions wrote.
values = [date(2020, 2, 29), D(1, 1, 1), time(1, 2, 3, 4), time(fold=1), time(5, tzinfo=UTC, fold=1), T(3), n, n.replace(fold=1), u, at(east), DT(2020, 5, 5, tzinfo=UTC), UTC, east, timezone(timedelta(0, 5), "é"), timezone.max]
for value in values:
    print(value.__reduce_ex__(2), value.__reduce_ex__(4) if not isinstance(value, Zone) else "")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        other = pickle.loads(pickle.dumps(value, protocol))
        assert other == value and type(other) is type(value) and repr(other) == repr(value) or protocol < 4 and value.fold, (value, other)
    assert copy.copy(value) == value and repr(copy.deepcopy(value)) == repr(value)
print(pickle.loads(pickle.dumps(UTC)) is UTC, copy.deepcopy(UTC) is UTC, pickle.dumps(n, 0))
for line in r"""
date(b'\x07\xe4\x01\x02'), date('\x07\xe4\x01\x02'), D(b'\x07\xe4\x01\x02'); date(b'\x07\xe4\x0d\x02'); date(b'\x07\xe4\x00\x02'); date('ab\x01\u1234'); date('ab\u1234\x01'); date(b'abc'); date(b'ab\x01d'); date(bytearray(b'\x07\xe4\x01\x02')); date(None)
time(b'\x01\x02\x03\0\0\4'), time(b'\x81\x02\x03\0\0\4'), time(b'\x81\x02\x03\0\0\4', UTC), time('\x01\x02\x03\0\0\4', None); time(b'\x18\x02\x03\0\0\4'); time(b'\x01\x02\x03\0\0\4', 1); time('\x01\x02\x03\0\0\u1234'); time(b'\x01bcdef', 1)
datetime(b'\x07\xe4\x01\x02\x03\x04\x05\0\0\6'), datetime(b'\x07\xe4\x81\x02\x03\x04\x05\0\0\6', UTC), datetime('\x07\xe4\x01\x02\x03\x04\x05\0\0\6', None); datetime(b'\x07\xe4\x0d\x02\x03\x04\x05\0\0\6'); datetime(b'\x07\xe4\x01\x02\x03\x04\x05\0\0\6', 1); datetime('\x07\xe4\x01\x02\x03\x04\x05\0\0\u1234')
datetime(b'\0\0\1\1\xff\xff\xff\xff\xff\xff')
""".strip().splitlines():
    for part in line.split("; "):
        show(part)

# The objects of this program refer to what it made, and only that.
zone = Zone()
before = sys.getrefcount(zone)
held = [time(tzinfo=zone), datetime(1, 1, 1, tzinfo=zone), DT(1, 1, 1, tzinfo=zone), datetime(1, 1, 1, tzinfo=zone) + timedelta(5)]
print(sys.getrefcount(zone) - before)
held.clear()
print(sys.getrefcount(zone) - before)
