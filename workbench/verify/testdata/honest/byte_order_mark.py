# odd: a byte order mark, tabs, form feeds and a coding comment
# entry: f
# test: assert f(2) == 4
# -*- coding: utf-8 -*-

def f(x):
	if x:
		return x * x
