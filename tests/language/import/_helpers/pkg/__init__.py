from . import first
from .sub import deep
name = __name__
