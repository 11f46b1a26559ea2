"""What plugs the course into nbgrader. Only modules in here import nbgrader, which is an optional extra."""
