# Tuples with named fields, some of them hidden.
import time
moment = time.gmtime(0)
print(moment, moment.tm_zone, moment[0], moment[:3], moment.n_fields, moment.n_sequence_fields, moment.n_unnamed_fields)
print(time.struct_time(range(11)).tm_gmtoff, moment.__match_args__, moment == tuple(moment), hash(moment) == hash(tuple(moment)))
print(moment.__reduce__()[1])
for args in ((1,), ((1, 2),), (range(30),), (range(9), 1)):
    try:
        print(time.struct_time(*args))
    except TypeError as error:
        print(error)
import sys
print(type(sys.float_info).__mro__[1], sys.version_info[:2], sys.version_info.major, len(sys.flags), sys.flags[0])
