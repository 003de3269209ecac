"""A set's first small table, once it has a larger one, says nothing more of what was in it."""


class Key:
    pass


keys = [Key() for _ in range(40)]
grown = {*keys[:4]}
grown.update(keys)
for key in keys[:4]:
    grown.remove(key)
print(len(grown))
again = grown.copy()
again.clear()
again.update(keys[:3])
print(len(again))
