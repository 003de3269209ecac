import circular_b
ready = 1
