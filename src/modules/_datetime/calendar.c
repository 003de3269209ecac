/* modules/_datetime/calendar.c - the Gregorian calendar in numbers.
 *
 * Invariant  allocates nothing, makes no object.
 * Source     Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years that begin in March, so that the leap day
 *            is their last (calendar_ordinal() too).  ISO 8601 for weeks. */
#include "modules/_datetime/datetime.h"

static bool
is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in_month(int year, int month)
{
    return month == 2 ? 28 + is_leap(year) : 30 + ((month + month / 8) & 1);
}

Ymd
ou_calendar_date(int ordinal)
{
    unsigned days = (unsigned)(ordinal - MARCH_OF_YEAR_0), in_era = days % DAYS_IN_400_YEARS;
    unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    unsigned day = in_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * day + 2) / 153; /* March is 0 */
    return (Ymd){
        .year = (int)(year + days / DAYS_IN_400_YEARS * 400 + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day - (153 * month + 2) / 5 + 1),
    };
}

int
ou_calendar_day_of_year(Ymd date)
{
    return calendar_ordinal(date) - calendar_ordinal((Ymd){date.year, 1, 1}) + 1;
}

int
ou_calendar_move(Ymd *date, int64_t days)
{
    int64_t day = date->day + days;
    if (day >= 1 && day <= 28) { /* the same month, whichever it is */
        date->day = (int)day;
        return 0;
    }
    int64_t ordinal = calendar_ordinal(*date) + days;
    if (ordinal < 1 || ordinal > ORDINAL_MAX) {
        PyErr_SetString(PyExc_OverflowError, "date value out of range");
        return -1;
    }
    *date = ou_calendar_date((int)ordinal);
    return 0;
}

/* The Monday that week 1 begins with: a week belongs to the year that its Thursday is in. */
static int
first_monday(int year)
{
    int january_4 = calendar_ordinal((Ymd){year, 1, 4});
    return january_4 - calendar_weekday(january_4);
}

Ymd
ou_calendar_iso(Ymd date)
{
    int ordinal = calendar_ordinal(date), year = date.year, monday = first_monday(year);
    if (ordinal < monday) {
        monday = first_monday(--year);
    }
    else if (ordinal >= monday + 52 * 7 && ordinal >= first_monday(year + 1)) {
        monday = first_monday(++year);
    }
    return (Ymd){year, (ordinal - monday) / 7 + 1, (ordinal - monday) % 7 + 1};
}

int
ou_calendar_from_iso(int year, int week, int weekday, Ymd *date)
{
    if (year < YEAR_MIN || year > YEAR_MAX) {
        return 1;
    }
    int monday = first_monday(year);
    if (week < 1 || week > 53 || monday + (week - 1) * 7 >= first_monday(year + 1)) {
        return 2;
    }
    if (weekday < 1 || weekday > 7) {
        return 3;
    }
    *date = ou_calendar_date(monday + (week - 1) * 7 + weekday - 1);
    return 0;
}

int
ou_calendar_check_year(int year)
{
    if (year < YEAR_MIN || year > YEAR_MAX) {
        PyErr_Format(PyExc_ValueError, "year %i is out of range", year);
        return -1;
    }
    return 0;
}

int
ou_calendar_check_date(Ymd date)
{
    if (ou_calendar_check_year(date.year) < 0) {
        return -1;
    }
    if (date.month < 1 || date.month > 12) {
        PyErr_SetString(PyExc_ValueError, "month must be in 1..12");
        return -1;
    }
    if (date.day < 1 || date.day > days_in_month(date.year, date.month)) {
        PyErr_SetString(PyExc_ValueError, "day is out of range for month");
        return -1;
    }
    return 0;
}

int
ou_calendar_check_clock(Clock clock, int fold)
{
    const char *wrong = clock.hour < 0 || clock.hour > 23                   ? "hour must be in 0..23"
                      : clock.minute < 0 || clock.minute > 59               ? "minute must be in 0..59"
                      : clock.second < 0 || clock.second > 59               ? "second must be in 0..59"
                      : clock.microsecond < 0 || clock.microsecond > 999999 ? "microsecond must be in 0..999999"
                      : fold != 0 && fold != 1                              ? "fold must be either 0 or 1"
                                                                            : NULL;
    if (wrong != NULL) {
        PyErr_SetString(PyExc_ValueError, wrong);
        return -1;
    }
    return 0;
}
