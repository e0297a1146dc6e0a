"""What passes between this course and a learning management system: submissions in, marks out."""
