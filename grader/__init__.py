"""The autograder of the course. Start reading at `cli`, or at `run` for the engine."""
