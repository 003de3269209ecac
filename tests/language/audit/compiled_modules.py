# differs: the module ouroscope
# A compiled module keeps references where nobody tells of them: the audit names it, and still finds a count that is wrong.
import _decimal
import ctypes
import _sqlite3

import ouroscope

print(ouroscope.audit())
for held in (_decimal.Overflow, ctypes.ArgumentError):
    print([line.split("data of ")[-1].split(".")[0] for line in ouroscope.why(held) if line.startswith("compiled code")])


class Thing:
    pass


thing = Thing()
print(len(ouroscope.why(thing)))
ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
print([line.split(" at ")[0] + ":" + line.split(":")[-1] for line in ouroscope.audit()])
ctypes.pythonapi.Py_DecRef(ctypes.py_object(thing))
print(ouroscope.audit())
context = _decimal.Context(prec=5, traps=[_decimal.Inexact])
print(context.create_decimal("1.25") + 1, ouroscope.audit())
