# odd: imports much of the library
# entry: digest
# tier: value
# test: assert digest("a") == "0cc175b9c0f1b6a831c399e269772661"
import argparse
import asyncio
import csv
import difflib
import email.message
import hashlib
import html
import http.client
import logging
import pprint
import sqlite3
import unittest
import urllib.parse
import xml.etree.ElementTree


def digest(text):
    return hashlib.md5(text.encode()).hexdigest()
