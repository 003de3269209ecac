"""Generations: who survives a collection is looked at less often."""
import gc

gc.collect()
gc.disable()
print("thresholds", gc.get_threshold())


def generation_of(thing):
    for generation in range(3):
        if any(candidate is thing for candidate in gc.get_objects(generation)):
            return generation
    return None


survivor = [[]]
print("new:                      generation", generation_of(survivor))
gc.collect(0)
print("after a young collection: generation", generation_of(survivor))
gc.collect(1)
print("after another:            generation", generation_of(survivor))
gc.collect()
print("after a full one:         generation", generation_of(survivor))


def told(phase, info):
    print("   ", phase, "of generation", info["generation"], "collected", info["collected"])


print("callbacks tell of each collection")
gc.callbacks.append(told)
loop = []
loop.append(loop)
del loop
gc.collect(0)
gc.callbacks.remove(told)
