here = __package__
