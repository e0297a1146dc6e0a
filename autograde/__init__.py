"""The grader: it runs a trainee's code in another process, and says what to mend."""
