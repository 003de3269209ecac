/* modules/_datetime/parse.c - ISO 8601 texts read: what fromisoformat() of the three types takes.
 *
 * Invariant  reads within the text; sets no exception.  The text may hold any bytes.
 * Not here   the methods.
 * Source     Library Reference, datetime.fromisoformat(), and what CPython 3.11 accepts beside. */
#include "modules/_datetime/datetime.h"

static bool
is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

/* n digits at *p, which moves on.  Returns their value, or -1. */
static int
take_digits(const char **p, const char *end, int n)
{
    int value = 0;
    for (; n > 0; n--, (*p)++) {
        if (*p == end || !is_digit(**p)) {
            return -1;
        }
        value = value * 10 + (**p - '0');
    }
    return value;
}

static bool
take_char(const char **p, const char *end, char ch)
{
    bool there = *p < end && **p == ch;
    *p += there;
    return there;
}

/* YYYY-MM-DD, YYYYMMDD, YYYY-Www[-D], YYYYWww[D]. */
int
ou_parse_date(const char *text, Py_ssize_t size, Ymd *date)
{
    const char *p = text, *end = text + size;
    int year = take_digits(&p, end, 4);
    if (year < 0 || (size != 7 && size != 8 && size != 10)) {
        return -1;
    }
    bool dashes = take_char(&p, end, '-');
    if (take_char(&p, end, 'W')) {
        int week = take_digits(&p, end, 2), weekday = 1;
        if (week < 0) {
            return -1;
        }
        if (p < end) {
            if (dashes && !take_char(&p, end, '-')) {
                return -1;
            }
            weekday = take_digits(&p, end, 1);
        }
        return weekday < 0 || ou_calendar_from_iso(year, week, weekday, date) != 0 ? -1 : 0;
    }
    int month = take_digits(&p, end, 2);
    if (month < 0 || (dashes && !take_char(&p, end, '-'))) {
        return -1;
    }
    int day = take_digits(&p, end, 2);
    *date = (Ymd){year, month, day};
    return day < 0 ? -1 : 0; /* two more digits, without dashes, CPython overlooks */
}

/* HH[[:]MM[[:]SS[(.|,)digits]]].  Returns 0, 1 if something is left over, -1 if it is no time.
 * As in CPython a fraction may follow the seconds as a fourth part does, and what is left over before a zone is no matter:
 * "12:30:15:5" and "12:+01:00" are times. */
static int
take_clock(const char *p, const char *end, Clock *clock)
{
    int *const parts[] = {&clock->hour, &clock->minute, &clock->second};
    bool colons = false;
    *clock = (Clock){0, 0, 0, 0};
    for (size_t i = 0; i < OU_COUNT_OF(parts); i++) {
        if ((*parts[i] = take_digits(&p, end, 2)) < 0) {
            return -1;
        }
        if (p == end) {
            return 0;
        }
        char ch = *p;
        colons = i == 0 ? ch == ':' : colons;
        if (p + 1 == end) {
            return 1;
        }
        if ((colons && ch == ':') || ch == '.' || ch == ',') {
            p++;
        }
        else if (colons) {
            return -1;
        }
        if (ch == '.' || ch == ',') {
            break;
        }
    }
    int n = end - p < 6 ? (int)(end - p) : 6;
    int us = take_digits(&p, end, n);
    if (us < 0) {
        return -1;
    }
    for (; n < 6; n++) {
        us *= 10;
    }
    clock->microsecond = us;
    while (p < end && is_digit(*p)) {
        p++; /* finer than a microsecond */
    }
    return p != end;
}

int
ou_parse_clock(const char *text, Py_ssize_t size, Clock *clock, bool *zone, int64_t *zone_us)
{
    const char *end = text + size, *sign = text;
    while (sign < end && *sign != '+' && *sign != '-' && *sign != 'Z') {
        sign++;
    }
    int rest = take_clock(text, sign, clock);
    *zone = sign < end;
    *zone_us = 0;
    if (rest < 0 || sign == end) {
        return rest != 0 ? -1 : 0;
    }
    if (*sign == 'Z') {
        return sign + 1 == end ? 0 : -1;
    }
    Clock offset;
    if (take_clock(sign + 1, end, &offset) != 0) {
        return -1;
    }
    int64_t us = clock_us(offset);
    *zone_us = us < US_A_SECOND ? 0 : *sign == '-' ? -us : us; /* CPython 3.11 drops less than a second */
    return 0;
}

Py_ssize_t
ou_parse_date_end(const char *text, Py_ssize_t size)
{
    if (size == 7) {
        return 7;
    }
    if (text[4] == '-') {
        if (text[5] != 'W') {
            return 10; /* YYYY-MM-DD */
        }
        if (size > 8 && text[8] == '-') {
            /* YYYY-Www-D, or YYYY-Www and a dash before the time. */
            return size == 9 ? -1 : size > 10 && is_digit(text[10]) ? 8 : 10;
        }
        return 8;
    }
    if (text[4] != 'W') {
        return 8; /* YYYYMMDD */
    }
    /* YYYYWww or YYYYWwwD: a time has an even number of digits. */
    Py_ssize_t n = 7;
    while (n < size && is_digit(text[n])) {
        n++;
    }
    return n < 9 ? n : n % 2 == 0 ? 7 : 8;
}

PyObject *
ou_parse_zone(bool zone, int64_t zone_us)
{
    if (!zone) {
        return Py_NewRef(Py_None);
    }
    if (zone_us == 0) {
        return ou_timezone_utc();
    }
    PyObject *offset = ou_timedelta_new(0, 0, zone_us, &ou_timedelta_type);
    PyObject *tzinfo = offset == NULL ? NULL : ou_timezone_new(offset, NULL);
    Py_XDECREF(offset);
    return tzinfo;
}
