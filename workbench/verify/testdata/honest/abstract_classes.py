# odd: abstract classes and multiple inheritance
# entry: speak
# tier: value
# test: assert speak() == "woof, from a mixin"
import abc


class Animal(abc.ABC):
    @abc.abstractmethod
    def sound(self):
        ...


class Mixin:
    def say(self):
        return self.sound() + ", from a mixin"


class Dog(Mixin, Animal):
    def sound(self):
        return "woof"


def speak():
    return Dog().say()
