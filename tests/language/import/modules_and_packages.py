# Packages, relative imports, namespace packages, and what is said when it goes wrong.
import sys
sys.dont_write_bytecode = True
folder = __file__.rpartition('/')[0] + '/_helpers'
sys.path.insert(0, folder)

def attempt(text):
    try:
        exec(text, {'__name__': 'nobody'})
        print('good', text)
    except Exception as e:
        print(type(e).__name__, str(e).replace(folder, 'FOLDER'), getattr(e, 'name', None))

import plain
print(plain.value, plain.__name__, plain.__package__ == '', plain.__file__.endswith('/plain.py'))
print(plain.__spec__.name, plain.__spec__.has_location, plain.__spec__.parent == '', plain.__spec__.origin == plain.__file__)
print(plain.__spec__.loader is plain.__loader__, plain.__loader__.get_source('plain'), plain.__loader__.is_package('plain'))
print(plain.__cached__.rpartition('/')[0].endswith('/__pycache__'))
import pkg
print(pkg.name, pkg.__package__, len(pkg.__path__), pkg.first.here, pkg.sub.deep.deep_value, pkg.sub.here)
import pkg.sub.deep as deep
print(deep.__package__, deep.__spec__.parent)
import space.part
print(space.part.portion, getattr(space, '__file__', None), space.__spec__.origin)
attempt('import nothing_of_that_name')
attempt('import pkg.missing')
attempt('import plain.missing')
attempt('from pkg import missing')
attempt('from plain import missing')
attempt('import circular_a')
attempt('import fails')
print('fails' in sys.modules, 'circular_a' in sys.modules)
attempt('import broken')
attempt('from . import x')
attempt('from .. import x')
attempt('__import__("")')
attempt('__import__(5)')
sys.modules['barred'] = None
attempt('import barred')
