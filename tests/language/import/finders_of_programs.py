# What a program puts on sys.meta_path and sys.path_hooks is asked.
import sys

class Spec:
    def __init__(self, name, loader):
        self.name, self.loader, self.origin, self.parent = name, loader, None, ''
        self.submodule_search_locations = None
        self.has_location = False

class Loader:
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.made_by = 'a finder'
        if module.__name__ == 'made_wrong':
            raise KeyError('while made')

class Finder:
    def find_spec(self, name, path, target=None):
        print('asked for', name, path, target)
        if name.startswith('made'):
            return Spec(name, Loader())

sys.meta_path.insert(0, Finder())
import made_up
print(made_up.made_by, made_up.__loader__.__class__.__name__, made_up.__name__)
try:
    import made_wrong
except KeyError as e:
    print('KeyError', e, 'made_wrong' in sys.modules)
del sys.meta_path[0]

class EntryFinder:
    def __init__(self, entry):
        if entry != '//hooked':
            raise ImportError
    def find_spec(self, name, target=None):
        if name == 'behind_hook':
            return Spec(name, Loader())

sys.path_hooks.insert(0, EntryFinder)
sys.path.append('//hooked')
import behind_hook
print(behind_hook.made_by)
print(type(sys.path_importer_cache['//hooked']).__name__)
