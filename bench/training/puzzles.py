"""Training: puzzles by search: ints, lists, sets, recursion, generators."""


def queens(size):
    def place(row, columns, down, up):
        if row == size:
            yield columns
            return
        for column in range(size):
            if column not in columns and row - column not in down and row + column not in up:
                yield from place(row + 1, columns + (column,), down | {row - column}, up | {row + column})
    return sum(1 for _ in place(0, (), frozenset(), frozenset()))


def permutations(items):
    if len(items) <= 1:
        yield items
    else:
        for i, item in enumerate(items):
            for rest in permutations(items[:i] + items[i + 1:]):
                yield [item] + rest


def knapsack(weights, room):
    best = [0] * (room + 1)
    for weight in weights:
        for left in range(room, weight - 1, -1):
            candidate = best[left - weight] + weight * 3 - 1
            if candidate > best[left]:
                best[left] = candidate
    return best[room]


def shortest(grid_size):
    walls = {(x, y) for x in range(grid_size) for y in range(grid_size) if (x * 7 + y * 13) % 5 == 0}
    frontier, seen, steps = [(1, 1)], {(1, 1)}, 0
    while frontier:
        following = []
        for x, y in frontier:
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                spot = x + dx, y + dy
                if 0 <= spot[0] < grid_size and 0 <= spot[1] < grid_size and spot not in walls and spot not in seen:
                    seen.add(spot)
                    following.append(spot)
        frontier = following
        steps += 1
    return steps, len(seen)


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def life(cells, turns):
    for _ in range(turns):
        counts = {}
        for x, y in cells:
            for i in (-1, 0, 1):
                for j in (-1, 0, 1):
                    if i or j:
                        counts[x + i, y + j] = counts.get((x + i, y + j), 0) + 1
        cells = {cell for cell, n in counts.items() if n == 3 or n == 2 and cell in cells}
    return len(cells)


def heap_sort(values):
    heap = []
    for value in values:
        heap.append(value)
        at = len(heap) - 1
        while at > 0 and heap[(at - 1) >> 1] > heap[at]:
            heap[at], heap[(at - 1) >> 1] = heap[(at - 1) >> 1], heap[at]
            at = (at - 1) >> 1
    out = []
    while heap:
        out.append(heap[0])
        last = heap.pop()
        if heap:
            heap[0], at = last, 0
            while True:
                child = 2 * at + 1
                if child >= len(heap):
                    break
                if child + 1 < len(heap) and heap[child + 1] < heap[child]:
                    child += 1
                if heap[at] <= heap[child]:
                    break
                heap[at], heap[child] = heap[child], heap[at]
                at = child
    return out


print(queens(7), sum(p[0] for p in permutations(list(range(7)))))
print(knapsack([i * 37 % 91 + 3 for i in range(60)], 2000), shortest(60))
print(edit_distance("the quick brown fox " * 8, "a quicker brown cow " * 8))
print(life({(1, 0), (2, 1), (0, 2), (1, 2), (2, 2), (8, 8), (8, 9), (8, 10), (9, 9)}, 120))
print(heap_sort([i * 7919 % 10007 for i in range(5000)])[:3])
