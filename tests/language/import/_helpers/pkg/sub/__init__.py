from .. import first
from ..first import here
