/* base/try.h - TRY: walks over trees and code that stop at the first error.
 *
 * Only for functions that return an int, -1 for an error, and own nothing where they stop. */
#ifndef OU_BASE_TRY_H
#define OU_BASE_TRY_H

#define TRY(call)         \
    do {                  \
        if ((call) < 0) { \
            return -1;    \
        }                 \
    } while (0)

#endif
