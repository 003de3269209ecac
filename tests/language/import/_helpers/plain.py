value = 41 + 1
