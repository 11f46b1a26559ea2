"""What the report page is made of: records in, pieces of the page out."""
