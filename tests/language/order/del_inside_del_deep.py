# differs: CPython lets go of what lies deeper than 50 levels only after the outermost finalizer has returned
class N:
    def __del__(self):
        print("dead")


class Dropper:
    def __init__(self, victim):
        self.victim = victim

    def __del__(self):
        print("in")
        del self.victim
        print("out")


chain = N()
for i in range(100000):
    chain = (chain,) if i % 2 else [chain]
d = Dropper(chain)
del chain
del d
