"""What can go wrong on the operating side: a sentence with its values, said in a language later."""

from __future__ import annotations

from publish.contract.catalogue import Words


class Trouble(Exception):
    """A sentence of the catalogue and the values for its places."""

    code = 1

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, values)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values)

    def say(self, words: Words) -> str:
        """Return the sentence in the language of `words`."""
        return words.gettext(self.message).format(**self.values)


class Failure(Trouble):
    """Something went wrong though the command was right: exit code 1."""


class WrongUsage(Trouble):
    """The command cannot be meant like this: exit code 2."""

    code = 2
