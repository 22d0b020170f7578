"""The rehearsal: a simulated province writes for one year to a real mailbot, on a given clock.

Everything between the two Maildirs is the pipeline that an office runs. Only the units, the people and
the mail server between them are played here, from a seed, so that the same seed gives the same year. The
province knows what each of its mails really was; that is what mailbot's verdicts are checked against.
"""
