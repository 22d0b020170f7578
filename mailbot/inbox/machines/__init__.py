"""Mails that no person wrote: delivery reports, answering machines, lists, robots, our own letters.

`judging` puts the question; the other modules each know one kind of trace that a machine leaves. A
machine is never answered, so a person taken for one is not heard: what people's mail programs write
too (`X-Auto-Response-Suppress` by Exchange, `List-Unsubscribe` in newsletters' footers) proves nothing.
"""
