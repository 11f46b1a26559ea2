"""How grades.db is laid out, opened and read. What a batch keeps there is the store's to say."""
