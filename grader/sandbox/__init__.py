"""Where student code runs, and the line that leads there."""
