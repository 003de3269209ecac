"""A leak, and how to find who holds it: the listener that nobody took off the list."""
import gc
from _weakref import ref


class Signal:
    def __init__(self):
        self.listeners = []

    def connect(self, listener):
        self.listeners.append(listener)


class Window:
    def __init__(self, signal, title):
        self.title = title
        signal.connect(self.redraw)

    def redraw(self):
        pass


signal = Signal()
window = Window(signal, "settings")
watch = ref(window)
del window
gc.collect()
print("the window was closed; is it gone?", watch() is None)

print("who holds it:")
for holder in gc.get_referrers(watch()):
    print("   ", type(holder).__name__)
    if hasattr(holder, "__func__"):
        for next_holder in gc.get_referrers(holder):
            if next_holder is signal.listeners:
                print("        which is in signal.listeners")
del holder, next_holder

signal.listeners.clear()
print("the listener was taken off; is it gone?", watch() is None)
