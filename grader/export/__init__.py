"""Marks for other systems: each module makes one kind of file, of records alone."""
