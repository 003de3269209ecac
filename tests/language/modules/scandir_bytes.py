# Paths in bytes that are not ASCII.
import os
import tempfile

with tempfile.TemporaryDirectory() as top:
    folder = os.fsencode(top) + b"/d\xc3\xa6"
    os.makedirs(folder + b"/x")
    os.symlink(b"x", folder + b"/link")
    open(folder + b"/\xff\xfe", "w").close()
    for path in (folder, os.fsdecode(folder), folder + b"/"):
        for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
            print(ascii(entry.name), entry.is_dir(), entry.is_file(), entry.is_symlink(), entry.stat().st_size >= 0)
            print(ascii(entry.path[len(top) :]))
