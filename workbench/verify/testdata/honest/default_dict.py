# odd: returns a defaultdict
# entry: group
# tier: value
# test: assert group(["ab", "ac", "b"]) == {"a": ["ab", "ac"], "b": ["b"]}
from collections import defaultdict


def group(words):
    groups = defaultdict(list)
    for word in words:
        groups[word[0]].append(word)
    return groups
