# odd: catches the end of its input
# entry: ask
# tier: value
# test: assert ask() == "nothing"
def ask():
    try:
        return input("name? ")
    except EOFError:
        return "nothing"
