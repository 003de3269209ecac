"""bytearray.hex() doesn't ask a separator for its length in Python: that might let go of the bytes."""


class Separator(str):
    def __len__(self):
        data.clear()
        return 1


data = bytearray(4000)
print(len(data.hex(Separator(":"))) in (0, 11999))
