"""Grading a class: submissions found, graded by processes of their own, written to the gradebook one whole at a time.

handed_in    what lies in submitted/, and one file read with care
rebuilt      the notebook that nbgrader keeps: the released one with a submission's solution cells and its reports
grading_one  from the bytes of a submission to all that the gradebook is told
secret       the class's secret
book         the gradebook open for writing: each submission in one transaction
rows         nbgrader's rows of a submission
results      what each grading found, kept in the gradebook's own database, for whoever asks later
runs         which submissions a run has graded, so that a killed one can be continued
pool         the grading processes, as the parent sees them
process      one of them from inside
batch        all of it together
alone        nobody else grades the assignment meanwhile
locked       a gradebook that is locked, damaged or on a full disk: waiting, and sentences
stopping     Ctrl-C and SIGTERM
progress     the line on a terminal, with the time that is left
"""
