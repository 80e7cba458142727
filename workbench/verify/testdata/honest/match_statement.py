# odd: matches patterns
# entry: kind
# python: 3.10
# tier: value
# test: assert kind({"type": "circle", "r": 2}) == ("circle", 2)
# test: assert kind([1, 2, 3]) == (1, [2, 3])
def kind(thing):
    match thing:
        case {"type": "circle", "r": r}:
            return "circle", r
        case [first, *rest]:
            return first, rest
    return None
