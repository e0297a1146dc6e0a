"""Grading a class: submissions found, graded by processes of their own, written to the gradebook one whole at a time.

handed_in    what lies in submitted/, and one file read with care
rebuilt      the notebook that nbgrader keeps: the released one with a submission's solution cells and its reports
grading_one  from the bytes of a submission to all that the gradebook is told
gradebook    beside this package: the class's secret, and the assignment as nbgrader knows it
book         the gradebook open for writing: each submission in one transaction
results      what each grading found, kept in the gradebook's own database, for whoever asks later
runs         which submissions a run has graded, so that a killed one can be continued
pool         the grading processes, as the parent sees them
process      one of them from inside
batch        all of it together
progress     the line on a terminal, with the time that is left
"""
