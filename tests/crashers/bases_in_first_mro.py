"""__bases__ assigned while a class's first mro() runs, when it has no mro yet."""


class Meta(type):
    def mro(cls):
        global nested
        if not nested:
            nested = True
            print(cls.__mro__)
            cls.__bases__ += ()
            try:
                cls.__bases__ = (int,)
            except TypeError as error:
                print(error)
            if fails:
                raise KeyError
        return super().mro()


for fails in False, True:
    nested = False
    try:
        class A(metaclass=Meta):
            x = 1
        print(A.__mro__, A().x)
    except KeyError as error:
        print(repr(error))
