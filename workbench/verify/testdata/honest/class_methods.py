# odd: methods of a constructed object
# entry: Stack
# test: assert Stack([1, 2]).pop() == 2
# test: s = Stack([])
# test+ s.push(5)
# test+ s.push(6)
# test+ assert s.pop() == 6 and len(s) == 1
class Stack:
    def __init__(self, items):
        self.items = list(items)

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()

    def __len__(self):
        return len(self.items)
