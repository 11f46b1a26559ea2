"""What a course on nbgrader plugs in; only its modules import nbgrader, and the command line loads them late."""
