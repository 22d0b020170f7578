"""The text of a mail's attachments, read by a child that may die of it.

Attachments are the most dangerous thing that strangers send: they are opened only in a process of
their own, with limits on time, memory and output. Whatever is in them, the mail goes on: an
attachment that cannot be read says so by its nature.
"""

from mailbot.inbox.extract.limits import Limits
from mailbot.inbox.extract.reader import Reader
from mailbot.inbox.extract.readers import Readers

__all__ = ["Limits", "Reader", "Readers"]
