# odd: names and text beyond ASCII
# entry: größe
# tier: value
# test: assert größe("naïve ☃") == 7
# test: assert größe("") == 0
def größe(text):
    länge = len(text)
    return länge
