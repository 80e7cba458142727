# odd: returns exact decimals
# entry: price
# tier: value
# test: assert price("1.10", 3) == Decimal("3.30")
# setup: from decimal import Decimal
from decimal import Decimal


def price(each, n):
    return Decimal(each) * n
