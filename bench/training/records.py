"""Training: records in classes, dicts and lists, sorted, grouped and printed, as business programs do."""


class Money:
    __slots__ = ("cents",)

    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __lt__(self, other):
        return self.cents < other.cents

    def __eq__(self, other):
        return isinstance(other, Money) and self.cents == other.cents

    def __hash__(self):
        return hash(self.cents)

    def __str__(self):
        return f"{self.cents // 100}.{self.cents % 100:02d}"


class Order:
    tax = 19

    def __init__(self, number, customer, lines=()):
        self.number = number
        self.customer = customer
        self.lines = list(lines)
        self.closed = False

    def add(self, item, amount, price):
        self.lines.append({"item": item, "amount": amount, "price": price})

    @property
    def total(self):
        total = Money(0)
        for line in self.lines:
            total = total + Money(line["amount"] * line["price"] * (100 + self.tax) // 100)
        return total

    @classmethod
    def parse(cls, text):
        number, customer, *items = text.split(";")
        order = cls(int(number), customer.strip())
        for item in items:
            name, amount, price = item.split(",")
            order.add(name, int(amount), int(price))
        return order


class Express(Order):
    def __init__(self, number, customer, lines=(), fee=500):
        super().__init__(number, customer, lines)
        self.fee = fee

    @property
    def total(self):
        return super().total + Money(self.fee)


def books(count):
    orders = []
    for i in range(count):
        kind = Express if i % 5 == 0 else Order
        text = f"{i};name{i * 31 % 97}"
        for j in range(i % 7 + 1):
            text += f";thing{(i + j) % 40},{j + 1},{(i * 7 + j * 13) % 900 + 10}"
        orders.append(kind.parse(text))
    return orders


def report(orders):
    by_customer = {}
    for order in orders:
        by_customer.setdefault(order.customer, []).append(order)
    lines = []
    for customer in sorted(by_customer, key=lambda c: (-len(by_customer[c]), c)):
        theirs = by_customer[customer]
        best = max(theirs, key=lambda o: o.total)
        total = sum((o.total.cents for o in theirs), 0)
        lines.append("%-10s %4d %12s %8s" % (customer, len(theirs), Money(total), best.total))
    things = {line["item"] for order in orders for line in order.lines}
    amounts = {thing: 0 for thing in things}
    for order in orders:
        for line in order.lines:
            amounts[line["item"]] += line["amount"]
    for thing, amount in sorted(amounts.items(), key=lambda pair: pair[1], reverse=True)[:10]:
        lines.append(f"{thing:>12}: {amount:6,d}")
    return "\n".join(lines)


for turn in range(8):
    text = report(books(1500 + turn))
print(len(text))
