"""What each exercise must show: one module an assignment. Never part of the student bundle."""
