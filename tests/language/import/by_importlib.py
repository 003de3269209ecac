# importlib takes importing over: its functions, finders and specs, for what was imported before it and after it.
import sys, os

folder = '/tmp/by_importlib_%d' % os.getpid()
os.mkdir(folder)

def write(name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path

def shown(error):
    print(type(error).__name__, str(error).replace(folder, 'FOLDER'), getattr(error, 'name', None))

def attempt(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        shown(error)

try:
    sys.path.insert(0, folder)
    write('before.py', 'value = 1\n')
    import before
    kept = before

    import zipimport, importlib
    import importlib.machinery as machinery
    from importlib import import_module, reload, invalidate_caches
    print(type(before.__spec__) is machinery.ModuleSpec, type(before.__loader__) is machinery.SourceFileLoader)
    print(type(os.__spec__) is machinery.ModuleSpec, sys.__loader__ is machinery.BuiltinImporter, sys.__spec__)
    print(importlib._bootstrap.__name__, importlib._bootstrap.__spec__, sys.modules['_frozen_importlib'] is importlib._bootstrap)
    print([f.__name__ for f in sys.meta_path if isinstance(f, type)], len(sys.path_hooks))

    write('before.py', 'value = 22\n')
    invalidate_caches()
    print(reload(before) is kept, before.value)

    # modules, packages, their parts
    write('pack/__init__.py', 'from . import part\n')
    write('pack/part.py', 'from .other import name\nwho = __name__, __package__\n')
    write('pack/other.py', 'name = "other"\n')
    write('extra/late.py', 'place = "extra"\n')
    invalidate_caches()
    print(import_module('pack.part').who, import_module('.other', 'pack').name)
    pack = sys.modules['pack']
    attempt(import_module, 'pack.late')
    pack.__path__.append(os.path.join(folder, 'extra'))
    print(import_module('pack.late').place)
    attempt(import_module, 'pack.nothing')
    attempt(import_module, 'before.nothing')
    attempt(import_module, '.x')
    attempt(import_module, '....x', 'pack')

    # namespace packages
    write('one/spread/a.py', 'A = 1\n')
    write('two/spread/b.py', 'B = 2\n')
    sys.path.append(os.path.join(folder, 'one'))
    import spread.a
    print(type(spread.__path__).__name__, spread.__file__ if hasattr(spread, '__file__') else 'no file', spread.__spec__.origin)
    attempt(import_module, 'spread.b')
    sys.path.append(os.path.join(folder, 'two'))
    invalidate_caches()
    print(import_module('spread.b').B, len(spread.__path__), repr(spread)[:17])

    # circles
    write('left.py', 'import right\nfrom right import thing\nlater = 1\n')
    write('right.py', 'from left import later\nthing = 2\n')
    write('failing.py', '1 / 0\n')
    write('wrong.py', 'x = = 1\n')
    invalidate_caches()
    attempt(import_module, 'left')
    print('left' in sys.modules, 'right' in sys.modules)
    attempt(import_module, 'failing')
    attempt(import_module, 'wrong')
    try:
        import failing
    except ZeroDivisionError as error:
        tb = error.__traceback__
        while tb:
            print(os.path.basename(tb.tb_frame.f_code.co_filename), tb.tb_lineno)
            tb = tb.tb_next
    try:
        from pack import absent
    except ImportError as error:
        shown(error)
    sys.modules['halted'] = None
    attempt(import_module, 'halted')
    try:
        import halted
    except ImportError as error:
        shown(error)

    # specs and loaders by hand
    import importlib.util as util
    spec = util.spec_from_file_location('alone', write('elsewhere/alone.py', 'def f(): return __name__\n'))
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    print(module.f(), 'alone' in sys.modules, spec.has_location, spec.parent == '')
    print(util.find_spec('pack.part').name, util.find_spec('absent'), util.find_spec('sys').origin)
    print(util.resolve_name('.x', 'pack.sub'), os.path.basename(util.source_from_cache(util.cache_from_source('/x/y.py'))))
    print(spec.loader.is_package('alone'), spec.loader.get_filename() == spec.origin)
    lazy = util.LazyLoader.factory(machinery.SourceFileLoader)
    spec = util.spec_from_file_location('lazy', write('elsewhere/lazy.py', 'print("now")\nz = 3\n'),
                                        loader=lazy('lazy', os.path.join(folder, 'elsewhere/lazy.py')))
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    print('not yet')
    print(module.z)

    # a loader that makes its own source
    class Made(importlib.abc.SourceLoader if hasattr(importlib, 'abc') else machinery.SourceFileLoader):
        def __init__(self, name):
            self.name = name
        def get_filename(self, name):
            return '<made>'
        def get_data(self, path):
            return b'made = __file__\n'
        def path_stats(self, path):
            raise OSError
    spec = util.spec_from_loader('made_up', Made('made_up'))
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    print(module.made)

    # zip files, nothing in them compressed
    def zipped(files):
        body, directory = b'', b''
        for name, text in files.items():
            name = name.encode()
            common = bytes(8) + len(text).to_bytes(4, 'little') * 2 + len(name).to_bytes(2, 'little') + bytes(2)
            directory += b'PK\1\2\x14\0\x14\0\0\0\0\0' + common + bytes(10) + len(body).to_bytes(4, 'little') + name
            body += b'PK\3\4\x14\0\0\0\0\0' + common + name + text
        n = len(files).to_bytes(2, 'little')
        return body + directory + b'PK\5\6\0\0\0\0' + n + n + len(directory).to_bytes(4, 'little') + len(body).to_bytes(4, 'little') + b'\0\0'
    sys.path.append(write('some.zip', zipped({'zipped.py': b'value = 5\n', 'inzip/__init__.py': b'', 'inzip/x.py': b'x = "inside"\n'})))
    import zipped as module
    import inzip.x
    print(module.__name__, module.value, type(module.__loader__).__name__, inzip.x.x)

    # threads take turns: importers of a module that another thread is importing wait for it
    import _thread
    write('slow.py', 'import sys\nsys.gate.acquire()\ndone = True\n')
    invalidate_caches()
    sys.gate = _thread.allocate_lock()
    sys.gate.acquire()
    ready, ended, seen = _thread.allocate_lock(), _thread.allocate_lock(), []
    ready.acquire()
    ended.acquire()
    def get():
        ready.release()
        import slow
        seen.append(hasattr(slow, 'done'))
        if len(seen) == 4:
            ended.release()
    for _ in range(4):
        _thread.start_new_thread(get, ())
        ready.acquire()
    sys.gate.release()
    ended.acquire()
    while _thread._count():
        pass
    print(seen)
finally:
    for where, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(where, name))
        os.rmdir(where)
