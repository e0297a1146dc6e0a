"""What a submission may touch: nothing but its own memory, the libraries, and two pipes to the grader."""
