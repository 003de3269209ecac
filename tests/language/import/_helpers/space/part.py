portion = 1
