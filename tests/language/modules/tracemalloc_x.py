# options: -X tracemalloc=5
import tracemalloc
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_traced_memory()[0] > 0)
