"""Files: pictures, contracts, sheets, which belong to a record and are seen by whoever sees it."""
