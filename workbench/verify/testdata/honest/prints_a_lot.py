# odd: prints more than is kept
# entry: chatter
# tier: value
# test: assert chatter(20000) == 20000
def chatter(n):
    for i in range(n):
        print("line", i, "of", n)
    return n
