# odd: uses data classes inside
# entry: total
# tier: value
# test: assert total([1, 2, 3]) == 6
from dataclasses import dataclass, field
from typing import List


@dataclass(order=True)
class Basket:
    prices: List[int] = field(default_factory=list)

    def total(self):
        return sum(self.prices)


def total(prices):
    return Basket(prices).total()
