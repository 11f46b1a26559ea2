"""Rules that name a mistake which nobody has written down, from answers alone."""
