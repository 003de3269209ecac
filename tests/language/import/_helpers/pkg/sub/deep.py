deep_value = [i * i for i in range(3)]
